import { expect, test } from '@jest/globals';
import { nearestName, unknownName } from '../../../lambdas/core/unknown-name.ts';

const KNOWN = ['prefix', 'retention', 'logRetention', 'gate', 'throttle'];

test.each([
  ['logRetentoin', 'logRetention'],
  ['throtle', 'throttle'],
  ['Prefix', 'prefix'],
  ['retension', 'retention'],
  ['gates', 'gate'],
  ['gatepost', undefined],
  ['email', undefined],
  ['', undefined],
])('of %j the nearest is %j', (name, nearest) => {
  expect(nearestName(name, KNOWN)).toBe(nearest);
});

test('the sentence lists what there is, and names the nearest where one is near', () => {
  expect(unknownName('throtle', ['throttle', 'domain'])).toBe(
    'there is no such setting; there are throttle, domain; did you mean "throttle"?',
  );
  expect(unknownName('email', ['topic'])).toBe('there is no such setting; there are topic');
});
