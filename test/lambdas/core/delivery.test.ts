import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Delivery,
  MAX_INLINE_BYTES,
  MAX_MESSAGE_BYTES,
  readDelivery,
  writeDelivery,
} from '../../../lambdas/core/delivery.ts';
import { aDelivery } from '../support/deliveries.ts';
import { ASCII, anyText, CONTROLS, FOR_SQS, fullBody, PIECES, utf8Text } from '../support/text.ts';

describe('what was written is read again', () => {
  test('whatever the delivery holds', () => {
    const fields = fc.record({
      body: utf8Text(200),
      headers: fc.dictionary(anyText(), anyText()),
      path: fc.object(),
    });
    fc.assert(
      fc.property(fields, (fields) => {
        const delivery = aDelivery(JSON.parse(JSON.stringify(fields)) as Partial<Delivery>);
        const message = writeDelivery(delivery);
        expect(message).toMatch(FOR_SQS);
        expect(readDelivery(message)).toEqual(delivery);
      }),
    );
  });

  const expectToFit = (body: string): void => {
    const message = writeDelivery(aDelivery({ body }));
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
    expect(FOR_SQS.test(message)).toBe(true);
    const { body: again, ...rest } = readDelivery(message);
    expect(again === body).toBe(true);
    expect({ ...rest, body: '' }).toEqual(aDelivery({ body: '' }));
  };

  test.each([
    ['letters', ['x', 'y']],
    ['quotes', ['"']],
    ['backslashes', ['\\']],
    ['control characters', CONTROLS],
    ['U+FFFE and U+FFFF', ['\ufffe', '\uffff']],
    ['emoji', ['😀', '😁', '😂', '\u{10ffff}']],
    ['all of ASCII', ASCII],
  ])('as large a body as has no object fits into SQS: %s', (_, pieces) => {
    expectToFit(fullBody(pieces, 1, MAX_INLINE_BYTES));
  });

  test('and so does any mixture', () => {
    const mixture = fc.tuple(fc.subarray(PIECES, { minLength: 1 }), fc.nat());
    fc.assert(
      fc.property(mixture, ([pieces, seed]) => expectToFit(fullBody(pieces, seed, MAX_INLINE_BYTES))),
      { numRuns: 3, endOnFailure: true },
    );
  });

  test('the body is compressed only where it has to be', () => {
    expect(writeDelivery(aDelivery({ body: 'x'.repeat(MAX_INLINE_BYTES) }))).not.toContain('bodyGzip');
    expect(writeDelivery(aDelivery({ body: '\u0001'.repeat(MAX_INLINE_BYTES) }))).toContain('bodyGzip');
    const around = Buffer.byteLength(writeDelivery(aDelivery({ body: '' })));
    const largest = writeDelivery(aDelivery({ body: 'x'.repeat(MAX_MESSAGE_BYTES - around) }));
    expect(Buffer.byteLength(largest)).toBe(MAX_MESSAGE_BYTES);
    expect(writeDelivery(aDelivery({ body: 'x'.repeat(MAX_MESSAGE_BYTES - around + 1) }))).toContain(
      'bodyGzip',
    );
  });
});

describe('what is no intake message is refused', () => {
  test.each([
    '',
    'null',
    '5',
    '"text"',
    '[]',
    '{}',
    '{"deliveryId":"1"}',
    '{"body":"{}"}',
    '{"deliveryId":1,"body":"{}"}',
    '{"deliveryId":"1","body":{}}',
    '{"deliveryId":"1","bodyGzip":"AAAA"}',
    '{"deliveryId":"1","bodyGzip":7}',
  ])('%s', (message) => {
    expect(() => readDelivery(message)).toThrow();
  });

  test.each([
    '{}',
    '[]',
    '{"deliveryId":"1"}',
    '{"deliveryId":"1","source":null,"receivedAt":"","body":"{}"}',
  ])('and %s is told what it lacks', (message) => {
    expect(() => readDelivery(message)).toThrow(
      'not an intake message: a required field is missing or not a string',
    );
  });

  test('no text at all passes for one', () => {
    fc.assert(fc.property(anyText(), (text) => expect(() => readDelivery(text)).toThrow()));
    fc.assert(fc.property(fc.json(), (text) => expect(() => readDelivery(text)).toThrow()));
  });
});
