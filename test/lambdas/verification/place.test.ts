import { describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { parseJson } from '../../../lambdas/core/json.ts';
import { headersOf, locate, place as placeSchema } from '../../../lambdas/verification/place.ts';

const delivery = {
  headers: { 'x-id': 'abc', 'x-empty': '', 'x-list': 't=1,v1=a==,v1=b,empty=', 'x-other': 'a, b' },
  body: parseJson('{"a":{"b":[{"c":4.0000},null]},"":1,"x y":"z","0":"zero"}'),
};

describe('what stands in a header', () => {
  test.each([
    ['header:x-id', 'abc'],
    ['header:x-list', 't=1,v1=a==,v1=b,empty='],
    ['header:x-list.t', '1'],
    ['header:x-missing', undefined],
    ['header:x-missing.t', undefined],
    ['header:x-empty', undefined],
    ['header:x-list.empty', undefined],
    ['header:x-list.v0', undefined],
    // It stands there twice: which of them would be meant?
    ['header:x-list.v1', undefined],
    ['header:x-id.t', undefined],
    ['header:x-other.a', undefined],
  ])('%s: %s', (place, value) => {
    expect(locate(place, delivery)).toBe(value);
  });

  test('names the headers that are needed, each once', () => {
    expect(headersOf(['header:x-list.t', 'body:header', 'header:x-id', 'header:x-list.v1'])).toEqual([
      'x-list',
      'x-id',
    ]);
  });
});

describe('what stands in the body', () => {
  test.each([
    ['body:a.b.0.c', '4.0000'],
    ['body:a.b.1', 'null'],
    ['body:x y', '"z"'],
    ['body:0', '"zero"'],
    ['body:a.b', '[{"c":4.0000},null]'],
    ['body:a.b.2', undefined],
    ['body:a.b.length', undefined],
    ['body:a.b.-1', undefined],
    ['body:a.b.1.c', undefined],
    ['body:a.b.0.c.rawJSON', undefined],
    ['body:x y.0', undefined],
    ['body:constructor', undefined],
    ['body:__proto__.toString', undefined],
  ])('%s: %s', (place, json) => {
    const value = locate(place, delivery);
    expect(value === undefined ? undefined : JSON.stringify(value)).toBe(json);
  });
});

test.each(['header:x', 'header:x-a.b_c', 'body:a', 'body:a.0.b c'])(
  '%j says where something stands',
  (place) => {
    expect(v.is(placeSchema, place)).toBe(true);
  },
);

test.each([
  '',
  'x',
  'header:',
  'header:X',
  'header:x.',
  'header:x.a.b',
  'header:x y',
  'body:',
  'body:.',
  'body:a.',
  'path:a',
  ' body:a',
  5,
])('%j does not', (place) => {
  expect(v.is(placeSchema, place)).toBe(false);
});

test.each([
  [5, 'must be a place, such as "header:x-request-id" or "body:data.id"'],
  [
    'x',
    'must be a place: "header:" and a name in lower case, such as "header:x-request-id" or "header:stripe-signature.t", or "body:" and a path, such as "body:data.items.0.id"; in a delivery of several events also "item:" and a path, such as "item:id"; "query:" and a name, or "text:" and a text',
  ],
])('whoever writes %j is told what would be right', (place, message) => {
  expect(v.safeParse(placeSchema, place).issues?.map((issue) => issue.message)).toEqual([message]);
});
