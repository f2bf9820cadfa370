import { expect, test } from '@jest/globals';
import { onceInAWhile } from '../../../local/support/once-in-a-while.ts';

test('the same sentence is passed on again after ten seconds, another one at once', () => {
  const said: string[] = [];
  let now = 0;
  const say = onceInAWhile(
    (sentence) => said.push(`${now}: ${sentence}`),
    () => now,
  );
  for (now = 0; now <= 10_000; now += 500) {
    say('no');
    if (now === 1_000) say('nothing at all');
  }
  expect(said).toEqual(['0: no', '1000: nothing at all', '10000: no']);
});
