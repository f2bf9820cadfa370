import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { html, json } from '../../../lambdas/console/html.ts';
import { anyText } from '../support/text.ts';

/** What a browser reads of text that was escaped. */
const read = (markup: string): string =>
  markup.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));

describe('text that is put into HTML', () => {
  test('stays text, whatever it is: no tag, no end of an attribute, no entity', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const { markup } = html`<p title="${text}">${text}</p>`;
        const [, attribute = '', inside = ''] = /^<p title="([^"]*)">([\s\S]*)<\/p>$/.exec(markup) ?? [];
        expect(attribute).toBe(inside);
        expect(inside).not.toMatch(/[<>"'`]|&(?!#\d+;)/);
      }),
    );
  });

  test('reads as it was written, without what nobody sees', () => {
    expect(read(html`${'<b>"&amp;" \'`</b>\n\t€ 👋'}`.markup)).toBe('<b>"&amp;" \'`</b>\n\t€ 👋');
    expect(html`${'a\u0000b\u202ec\ud800'}`.markup).toBe('a\ufffdb\ufffdc\ufffd');
  });

  test('is not escaped twice, and what is not there is nothing', () => {
    expect(html`${html`<b>${'&'}</b>`}${[html`1`, html`2`]}${undefined}${3}`.markup).toBe('<b>&#38;</b>123');
  });
});

test('JSON in an element reads the same as text and as markup', () => {
  fc.assert(
    fc.property(fc.dictionary(anyText(), anyText()), (value) => {
      const { markup } = json(value);
      expect(markup).not.toMatch(/[<>&]|[^ -~]/);
      expect(JSON.parse(markup)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
