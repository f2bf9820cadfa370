import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { remembered } from '../../../lambdas/core/remembered.ts';

test('what is remembered is what would have been read anew, whatever was asked before', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('', 'a', 'b', 'c', '__proto__'), { maxLength: 40 }),
      fc.nat({ max: 3 }),
      (texts, most) => {
        const read = remembered((text) => `read ${text}`, most);
        for (const text of texts) expect(read(text)).toBe(`read ${text}`);
      },
    ),
  );
});

test('a text is read once, until there are too many others', () => {
  const asked: string[] = [];
  const read = remembered((text) => {
    asked.push(text);
    return {};
  }, 2);
  expect(read('one')).toBe(read('one'));
  read('two');
  read('one');
  expect(asked).toEqual(['one', 'two']);
  read('three');
  read('one');
  expect(asked).toEqual(['one', 'two', 'three', 'one']);
});
