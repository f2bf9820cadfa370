import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { commonSettings, secretSettings } from '../../../../lambdas/providers/shared/common-settings.ts';

const schema = v.strictObject({ ...commonSettings, ...secretSettings });
const isTaken = (settings: unknown): boolean => v.is(schema, settings);

describe('sourceIps', () => {
  test.each([
    '20.23.10.180',
    '0.0.0.0/0',
    '10.0.0.0/8',
    '192.0.2.1/32',
    '2001:db8::1',
    '::/0',
    '2001:db8::/128',
    '::ffff:192.0.2.1',
  ])('%s is an address or a block', (address) => {
    expect(isTaken({ sourceIps: [address] })).toBe(true);
  });

  test.each([
    '',
    'localhost',
    'example.org',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    ' 10.0.0.1',
    '10.0.0.1 ',
    '10.0.0.1:443',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/8.0',
    '10.0.0.0/255.0.0.0',
    '2001:db8::/129',
    '2001:db8::/1e2',
    '[2001:db8::1]',
    '*',
    '10.0.0.1-10.0.0.9',
  ])('%j is neither', (address) => {
    expect(isTaken({ sourceIps: [address] })).toBe(false);
    expect(isTaken({ sourceIps: ['10.0.0.1', address] })).toBe(false);
  });

  test('an empty list would lock everybody out, and is a mistake; none lets everybody in', () => {
    expect(isTaken({ sourceIps: [] })).toBe(false);
    expect(v.parse(schema, {}).sourceIps).toBeUndefined();
  });

  test('every address in every block', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, bits) => {
        expect(isTaken({ sourceIps: [address, `${address}/${bits}`] })).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), fc.integer({ min: 0, max: 128 }), (address, bits) => {
        expect(isTaken({ sourceIps: [address, `${address}/${bits}`] })).toBe(true);
      }),
    );
  });
});

describe('rotationGrace', () => {
  test('is a week unless set otherwise, and may be none', () => {
    expect(v.parse(schema, {}).rotationGrace).toBe(7 * 24 * 60 * 60);
    expect(v.parse(schema, { rotationGrace: 0 }).rotationGrace).toBe(0);
  });

  test.each([-1, '7d', null, Number.NaN, Number.POSITIVE_INFINITY])('%j is none', (rotationGrace) => {
    expect(isTaken({ rotationGrace })).toBe(false);
  });
});
