import { type Html, html } from './html.ts';

/** A select box. Keeps a selected value that is no longer known. */
export const choice = (
  name: string,
  all: string,
  known: readonly string[],
  chosen: string | undefined,
): Html => {
  const values = chosen === undefined || known.includes(chosen) ? known : [...known, chosen];
  const options = values.map(
    (value) =>
      html`<option value="${value}"${value === chosen ? html` selected` : undefined}>${value}</option>`,
  );
  return html`<select name="${name}"><option value="">${all}</option>${options}</select>`;
};
