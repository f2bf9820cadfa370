import { expect, test } from '@jest/globals';
import * as v from 'valibot';
import { messageOfMissing } from '../../../lambdas/core/missing-entry.ts';

const entries = {
  name: v.pipe(v.string('must be a name'), v.minLength(1, 'must not be empty')),
  plain: v.string(),
  inner: v.object({}, () => 'must be an object, says the inner one'),
};
const said = (value: unknown): readonly string[] =>
  v
    .safeParse(
      v.strictObject(entries, (issue) => messageOfMissing(entries, issue) ?? 'says the outer one'),
      value,
    )
    .issues?.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`) ?? [];

const whole = { name: 'a', plain: '', inner: {} };

test.each<[string, Record<string, unknown>, string]>([
  ['that is missing is told what a wrong one is told', { ...whole, name: undefined }, 'name: must be a name'],
  ['that is wrong speaks for itself', { ...whole, name: '' }, 'name: must not be empty'],
])('an entry %s', (_, value, message) => {
  const { name, ...rest } = value;
  expect(said(name === undefined ? rest : value)).toEqual([message]);
});

test.each<[string, unknown, string]>([
  ['an entry without a text of its own', { name: 'a', inner: {} }, 'plain: says the outer one'],
  ['an entry whose text is made for each issue', { name: 'a', plain: '' }, 'inner: says the outer one'],
  ['what is no entry', { ...whole, toString: 1 }, 'toString: says the outer one'],
  ['what is no object', 'text', 'null: says the outer one'],
])('of %s the object speaks', (_, value, message) => {
  expect(said(value)).toEqual([message]);
});
