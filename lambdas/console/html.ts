/** HTML that may stand in a page as it is. Only {@link html} and {@link json} make it. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What may be put into HTML. Text is escaped; nothing at all stands for what isn't there. */
export type HtmlPart = string | number | Html | readonly Html[] | undefined;

/**
 * HTML from a template. Whatever is put in is escaped, for text as for a quoted attribute, unless it is {@link Html}
 * itself: untrusted text can't become a tag.
 */
export const html = (template: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html =>
  new Html(template.map((text, index) => text + render(parts[index])).join(''));

/**
 * JSON for the inside of an element. `<`, `>`, `&` and all beyond ASCII are escaped as JSON escapes them, so that it reads
 * the same whether it is taken for text or for markup.
 */
export const json = (value: unknown): Html =>
  new Html(JSON.stringify(value).replace(/[<>&\u007f-\uffff]/g, escapeForJson));

const render = (part: HtmlPart): string => {
  if (part === undefined) return '';
  if (part instanceof Html) return part.markup;
  if (typeof part === 'object') return part.map(({ markup }) => markup).join('');
  return escapeHtml(String(part));
};

/** Control characters have no place in HTML, and some of them turn the text around that stands behind them. */
const escapeHtml = (text: string): string =>
  text
    .toWellFormed()
    .replace(INVISIBLE, '\ufffd')
    .replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);

const INVISIBLE = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const escapeForJson = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
