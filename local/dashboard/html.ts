/** Escapes text for HTML: a delivery's text is untrusted. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** `1,234`, `12.3`, `0.00042` */
export const shortNumber = (value: number): string => {
  if (value !== 0 && Math.abs(value) < 0.001) return value.toPrecision(2);
  return value.toLocaleString('en', {
    maximumFractionDigits: Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0,
  });
};
