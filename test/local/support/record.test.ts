import { expect, test } from '@jest/globals';
import * as v from 'valibot';
import { recordOf } from '../../../local/support/record.ts';

const schema = recordOf(v.string());

test('a record is taken as it is, whatever its names', () => {
  const record = JSON.parse('{"a": "b", "constructor": "c", "prototype": "d", "__proto__": "e"}');
  expect(v.parse(schema, record)).toBe(record);
  expect(v.parse(schema, {})).toEqual({});
});

test.each(['[]', '["a"]', 'null', '"a"', '7', '{"a": 7}', '{"constructor": 7}'])('%s is none', (text) => {
  expect(v.is(schema, JSON.parse(text))).toBe(false);
});
