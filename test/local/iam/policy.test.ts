import { expect, test } from '@jest/globals';
import { readPolicy } from '../../../local/iam/policy.ts';

const ALLOW = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' };

test('a policy may have one statement or a list of them', () => {
  expect(readPolicy({ Statement: ALLOW }, 'Test')).toEqual(readPolicy({ Statement: [ALLOW] }, 'Test'));
});

// What is read half allows or denies something else than AWS would.
test.each<[string, unknown, RegExp]>([
  ['an element that nobody knows', { Statement: { ...ALLOW, NotPrincipal: '*' } }, /^Test: .*NotPrincipal/s],
  ['an effect that is none', { Statement: { ...ALLOW, Effect: 'Maybe' } }, /^Test: .*Effect/s],
  ['no action', { Statement: { Effect: 'Allow', Resource: '*' } }, /Test: Action or NotAction is required/],
  [
    'no resource',
    { Statement: { Effect: 'Allow', Action: '*' } },
    /Test: Resource or NotResource is required/,
  ],
  ['both ways to say it', { Statement: { ...ALLOW, NotAction: 'sqs:*' } }, /but not both$/],
  [
    'a variable',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: so they are written in policies
    { Statement: { ...ALLOW, Resource: 'arn:aws:sqs:*:*:${aws:PrincipalTag/team}' } },
    /Test: the local stack does not support variables/,
  ],
  ['a list of principals', { Statement: { ...ALLOW, Principal: ['*'] } }, /policy: Statement\.0\.Principal$/],
  [
    'an operator with a name that a schema might pass over',
    { Statement: { ...ALLOW, Condition: { prototype: { 'aws:PrincipalArn': '*' } } } },
    /does not know the condition operator prototype$/,
  ],
  ['no policy at all', 'sqs:*', /^Test: the local stack does not support this policy/],
])('%s is refused in a sentence', (_, document, message) => {
  expect(() => readPolicy(document, 'Test')).toThrow(message);
});
