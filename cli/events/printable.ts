/** Untrusted text for a table cell: without control characters, and truncated. */
export const printable = (text: string): string => {
  const plain = text.replace(NOT_PRINTABLE, '\ufffd').replace(/[\n\t]/g, '\ufffd');
  return plain.length > MAX_CHARACTERS ? `${plain.slice(0, MAX_CHARACTERS - 1)}…` : plain;
};

/** Untrusted text of several lines, with its control characters escaped as in JSON. */
export const printableLines = (text: string): string =>
  text.replace(NOT_PRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const MAX_CHARACTERS = 40;

/** Control characters except line breaks and tabs, direction marks, and other line separators. */
const NOT_PRINTABLE = /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
