import { type Html, html } from './html.ts';
import { STYLE } from './style.ts';

/** Wraps content in the dashboard's theme. */
export const frame = (theme: 'light' | 'dark', content: Html): string =>
  html`${STYLE}<div class="gp gp-${theme}">${content}</div>`.markup;

/** Shows an error. */
export const notice = (sentence: string): Html =>
  html`<p class="gp-notice gp-bad" role="status">${sentence}</p>`;
