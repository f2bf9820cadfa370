import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Denial, evaluate } from '../../../local/iam/evaluate.ts';
import { readPolicy } from '../../../local/iam/policy.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:gatepost-contact.fifo';
const ROLE = 'arn:aws:iam::000000000000:role/fan-out';
const USER = 'arn:aws:sts::000000000000:assumed-role/fan-out/gatepost-fan-out';
const CONTEXT = { 'aws:securetransport': 'true', 'aws:principalarn': ROLE };

const read = (...Statement: readonly object[]) => readPolicy({ Version: '2012-10-17', Statement }, 'Test');
const ALLOW = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE };
const DENY = { ...ALLOW, Effect: 'Deny' };

/** Sending to the queue, by a role with these statements, and with these in the queue's policy. */
const send = (own: readonly object[], ofQueue: readonly object[] = []): Denial | undefined =>
  evaluate(
    { action: 'sqs:SendMessage', resource: QUEUE },
    {
      functionName: 'gatepost-fan-out',
      roleArn: ROLE,
      userArn: USER,
      accountId: '000000000000',
      statements: read(...own),
    },
    read(...ofQueue),
    CONTEXT,
  );

test('what nothing allows is refused', () => {
  expect(send([])).toBe('nothing-allows');
});

test.each<[string, object]>([
  ['the action and the resource by name', ALLOW],
  ['the action in any case', { ...ALLOW, Action: 'SQS:sendmessage' }],
  [
    'one of several',
    { ...ALLOW, Action: ['sqs:DeleteMessage', 'sqs:Send*'], Resource: ['arn:aws:sqs:*:*:x', QUEUE] },
  ],
  ['everything', { ...ALLOW, Action: '*', Resource: '*' }],
  ['all but another action', { Effect: 'Allow', NotAction: 'sqs:DeleteMessage', Resource: QUEUE }],
  ['all but another resource', { Effect: 'Allow', Action: 'sqs:*', NotResource: `${QUEUE}x` }],
  ['a condition that holds', { ...ALLOW, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
])('allowed: %s', (_, statement) => {
  expect(send([statement])).toBeUndefined();
});

test.each<[string, object]>([
  ['another action', { ...ALLOW, Action: 'sqs:ReceiveMessage' }],
  // There is no permission of that name, and AWS's own documentation warns of it.
  ['the batch of it', { ...ALLOW, Action: 'sqs:SendMessageBatch' }],
  ['another resource', { ...ALLOW, Resource: `${QUEUE}x` }],
  ['the resource in another case', { ...ALLOW, Resource: QUEUE.replace('contact', 'Contact') }],
  ['all but this action', { Effect: 'Allow', NotAction: 'sqs:Send*', Resource: QUEUE }],
  ['all but this resource', { Effect: 'Allow', Action: 'sqs:*', NotResource: QUEUE }],
  ['a condition that does not hold', { ...ALLOW, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
])('not allowed: %s', (_, statement) => {
  expect(send([statement])).toBe('nothing-allows');
});

test('one denial outweighs whatever allows, wherever either stands', () => {
  const statements = fc.shuffledSubarray([ALLOW, { ...ALLOW, Action: '*' }, { ...ALLOW, Resource: '*' }]);
  fc.assert(
    fc.property(statements, fc.nat(3), fc.boolean(), (allowing, at, isOwn) => {
      const everyone: readonly object[] = allowing.map((statement) => ({ ...statement, Principal: '*' }));
      const own = isOwn ? allowing.toSpliced(at, 0, DENY) : allowing;
      const ofQueue = isOwn ? everyone : everyone.toSpliced(at, 0, { ...DENY, Principal: { AWS: '*' } });
      expect(send(own, ofQueue)).toBe(isOwn ? 'identity-denies' : 'resource-denies');
    }),
  );
});

test('a statement that denies something else changes nothing', () => {
  const others = fc.constantFrom(
    { ...DENY, Action: 'sqs:PurgeQueue' },
    { ...DENY, Resource: `${QUEUE}x` },
    { ...DENY, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  );
  fc.assert(
    fc.property(fc.array(others), fc.boolean(), (denying, isAllowed) =>
      expect(send([...denying, ...(isAllowed ? [ALLOW] : [])])).toBe(
        isAllowed ? undefined : 'nothing-allows',
      ),
    ),
  );
});

describe("the queue's policy", () => {
  test.each<[unknown, boolean]>([
    ['*', true],
    [{ AWS: '*' }, true],
    [{ AWS: ROLE }, true],
    [{ AWS: ['111111111111', USER] }, true],
    [{ AWS: `${ROLE}x` }, false],
    [{ Service: 'sns.amazonaws.com' }, false],
    // To name the account is to leave it to the role's own policies.
    [{ AWS: 'arn:aws:iam::000000000000:root' }, false],
  ])('allows %j: %s', (Principal, isAllowed) => {
    expect(send([], [{ ...ALLOW, Principal }])).toBe(isAllowed ? undefined : 'nothing-allows');
  });

  test.each<[unknown, boolean]>([
    ['*', true],
    [{ AWS: ROLE }, true],
    [{ AWS: '000000000000' }, true],
    [{ AWS: 'arn:aws:iam::000000000000:root' }, true],
    [{ AWS: 'arn:aws:iam::111111111111:root' }, false],
    [{ Service: 'sns.amazonaws.com' }, false],
  ])('denies %j: %s', (Principal, isDenied) => {
    expect(send([ALLOW], [{ ...DENY, Principal }])).toBe(isDenied ? 'resource-denies' : undefined);
  });

  test('that is for TLS alone lets pass what in AWS would come over TLS', () => {
    const onlyTls = {
      Effect: 'Deny',
      Action: 'sqs:*',
      Resource: QUEUE,
      Principal: { AWS: '*' },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    expect(send([ALLOW], [onlyTls])).toBeUndefined();
  });
});
