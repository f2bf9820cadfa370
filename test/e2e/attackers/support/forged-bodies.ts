import type { SignedRequest } from '../../../../senders/sender.ts';
import type { AttackersPost } from './attacked-stack.ts';

/** What can become of a body after it was signed. */
export const BODIES: readonly (readonly [title: string, change: (body: string) => string])[] = [
  ['one byte changed', (body) => body.replace(/"id":"?./, (start) => `${start.slice(0, -1)}~`)],
  ['a newline at its end', (body) => `${body}\n`],
  ['a space before it', (body) => ` ${body}`],
  ['a byte order mark', (body) => `\ufeff${body}`],
  ['written again with white space', (body) => JSON.stringify(JSON.parse(body), undefined, 1)],
  [
    'its keys in another order',
    (body) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(body)).reverse())),
  ],
  ['a letter escaped', (body) => body.replace('"id"', '"i\\u0064"')],
  ['a second field of the same name', (body) => body.replace(/\}\s*$/, ',"id":"other"}')],
  ['nothing left', () => ''],
  ['twice over', (body) => body + body],
  ['a byte of zero behind it', (body) => `${body}\0`],
];

/** A signed delivery with its body changed. */
export const withBody = (
  { headers, body }: SignedRequest,
  change: (body: string) => string,
): AttackersPost => {
  const changed = change(body.toString());
  if (changed === body.toString()) throw new Error('the body was not changed');
  return { headers, body: changed };
};
