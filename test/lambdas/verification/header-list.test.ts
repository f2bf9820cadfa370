import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HEADER_PLACE, headerValue, readHeaderList } from '../../../lambdas/verification/header-list.ts';

describe('a header that is a list', () => {
  test('is read as its keys and values, in their order', () => {
    expect(readHeaderList('t=1,v1=a==,v1=b,x-y_z=,t=')).toEqual([
      ['t', '1'],
      ['v1', 'a=='],
      ['v1', 'b'],
      ['x-y_z', ''],
      ['t', ''],
    ]);
  });

  test('gives back what was written, whatever the values are', () => {
    const entry = fc.tuple(fc.stringMatching(/^[\w-]+$/), fc.stringMatching(/^[^,;]*$/));
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), (entries) => {
        for (const separator of [',', ';', ', ', '; '])
          expect(readHeaderList(entries.map((parts) => parts.join('=')).join(separator))).toEqual(entries);
      }),
    );
  });

  test.each(['', ',', 'a', '=', '=a', 'a=1,', ',a=1', 'a=1,  b=2', 'a =1', 'a=1,b', 'é=1', 'a.b=1', 'a;b=1'])(
    '%j is none',
    (header) => {
      expect(readHeaderList(header)).toBeUndefined();
    },
  );
});

describe('the value of a header', () => {
  const headers = {
    'x-id': 'abc',
    'x-empty': '',
    'x-list': 't=1,v1=a==,v1=b,empty=',
    'x-other': 'a, b',
  };

  test.each([
    ['x-id', 'abc'],
    ['x-list', 't=1,v1=a==,v1=b,empty='],
    ['x-list.t', '1'],
    ['x-missing', undefined],
    ['x-missing.t', undefined],
    ['x-empty', undefined],
    ['x-empty.t', undefined],
    ['x-list.empty', undefined],
    ['x-list.v0', undefined],
    // It stands there twice: which of them would be meant?
    ['x-list.v1', undefined],
    ['x-id.t', undefined],
    ['x-other.a', undefined],
  ])('%s: %s', (place, value) => {
    expect(headerValue(headers, place)).toBe(value);
  });
});

describe('a place in the headers', () => {
  const isPlace = (text: string) => new RegExp(`^(?:${HEADER_PLACE})$`).test(text);

  test.each(['x', 'x-id', 'x-list.t', 'x-list.A_b-1', '1'])('is %j', (text) => {
    expect(isPlace(text)).toBe(true);
  });

  test.each(['', 'X-Id', 'x_id', 'x-list.', '.t', 'x.a.b', 'x y', 'x-list.a b', 'x\n'])(
    'is not %j',
    (text) => {
      expect(isPlace(text)).toBe(false);
    },
  );
});
