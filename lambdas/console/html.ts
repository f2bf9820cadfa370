/** Safe HTML. Only {@link html} and {@link json} create it. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** A value in a template. Undefined renders as nothing. */
export type HtmlPart = string | number | Html | readonly Html[] | undefined;

/** HTML from a template. Escapes all values except {@link Html}, for text and for quoted attributes. */
export const html = (template: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html =>
  new Html(template.map((text, index) => text + render(parts[index])).join(''));

/**
 * JSON for the content of an element. Escapes `<`, `>`, `&` and all non-ASCII characters as JSON does, so that it is the
 * same as text and as markup.
 */
export const json = (value: unknown): Html =>
  new Html(JSON.stringify(value).replace(/[<>&\u007f-\uffff]/g, escapeForJson));

const render = (part: HtmlPart): string => {
  if (part === undefined) return '';
  if (part instanceof Html) return part.markup;
  if (typeof part === 'object') return part.map(({ markup }) => markup).join('');
  return escapeHtml(String(part));
};

/** Also replaces control characters, some of which change the direction of text. */
const escapeHtml = (text: string): string =>
  text
    .toWellFormed()
    .replace(INVISIBLE, '\ufffd')
    .replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);

const INVISIBLE = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const escapeForJson = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
