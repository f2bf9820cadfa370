import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseInnerMessage } from '../../../../lambdas/providers/ivvy/inner-message.ts';
import { innerMessage } from '../../../../senders/ivvy.ts';
import { reasonOf } from '../../support/rejections.ts';
import { anyText } from '../../support/text.ts';

const SENT = { ...innerMessage({ event: 'CompanyAdded' }), Signature: 'AAAA' };
const parse = (fields: Readonly<Record<string, unknown>>) =>
  parseInnerMessage(JSON.stringify({ ...SENT, ...fields }));

test('is read as iVvy documents it', () => {
  expect(parse({ TxnId: 'b898', Timestamp: 1710115244 })).toEqual({
    txnId: 'b898',
    accountId: '14',
    subject: 'CompanyAdded',
    body: '{}',
    timestamp: '1710115244',
    region: 'stage',
    signature: 'AAAA',
    keyPath: '/accounts/14/1537854341/notifcert.txt',
  });
});

test('numbers and strings identify alike: the documentation and the samples differ', () => {
  expect(parse({ Timestamp: '1710115244', AccountId: 14 })).toMatchObject({
    timestamp: '1710115244',
    accountId: '14',
  });
});

test.each(['TxnId', 'Region', 'Timestamp', 'Signature', 'SigningPublicKeyPath'])(
  '%s may be absent',
  (name) => {
    for (const value of [undefined, null, '']) expect(() => parse({ [name]: value })).not.toThrow();
    expect(parse({ [name]: null })).toEqual(parse({ [name]: undefined }));
  },
);

test('without a time or a region has an empty one: in the text that iVvy signs, that is what stands there', () => {
  for (const value of [undefined, null, ''])
    expect(parse({ Timestamp: value, Region: value })).toMatchObject({ timestamp: '', region: '' });
});

describe('what is not of that shape is refused', () => {
  test('and called by the name of the field that it stands in', () => {
    expect(() => parseInnerMessage('x')).toThrow('Message is not JSON');
    expect(() => parseInnerMessage('[]')).toThrow('Message is not a JSON object');
  });

  test.each(['AccountId', 'Subject', 'Body'])('without %s', async (name) => {
    for (const value of [undefined, null, true, [], {}])
      expect(await reasonOf(() => parse({ [name]: value }))).toBe('body-shape');
  });

  test.each(['Subject', 'Body', 'Signature', 'SigningPublicKeyPath'])(
    'with a number for %s',
    async (name) => {
      expect(await reasonOf(() => parse({ [name]: 5 }))).toBe('body-shape');
    },
  );

  test.each(['', 'You have chosen to subscribe', '[]', '"{}"', 'null'])(
    'as a message that says %j',
    async (text) => {
      expect(['body-not-json', 'body-shape']).toContain(await reasonOf(() => parseInnerMessage(text)));
    },
  );

  test('and nothing else is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyText(), fc.json()), async (text) => {
        await reasonOf(() => parseInnerMessage(text));
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(SENT)), fc.jsonValue(), async (name, value) => {
        await reasonOf(() => parse({ [name]: value }));
      }),
    );
  });
});
