import { expect, test } from '@jest/globals';
import { holds, readConditions } from '../../../local/iam/conditions.ts';

const CONTEXT = { 'aws:securetransport': 'true', 'aws:principalarn': 'arn:aws:iam::1:role/fan-out' };

const allHold = (written: Record<string, Record<string, unknown>>): boolean =>
  readConditions(written, 'Test').every((condition) => holds(condition, CONTEXT));

test.each<[Record<string, Record<string, unknown>>, boolean]>([
  [{ Bool: { 'aws:SecureTransport': true } }, true],
  [{ Bool: { 'AWS:securetransport': 'False' } }, false],
  [{ StringEquals: { 'aws:PrincipalArn': ['x', CONTEXT['aws:principalarn']] } }, true],
  [{ StringEquals: { 'aws:PrincipalArn': 'ARN:AWS:IAM::1:ROLE/FAN-OUT' } }, false],
  [{ StringEqualsIgnoreCase: { 'aws:PrincipalArn': 'ARN:AWS:IAM::1:ROLE/FAN-OUT' } }, true],
  [{ StringLike: { 'aws:PrincipalArn': '*/fan-*' } }, true],
  [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } }, true],
  [{ ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::2:role/*' } }, false],
  // Of several values with a negated operator none may fit.
  [{ ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::2:*', 'arn:aws:iam::1:*'] } }, false],
  [{ StringNotEquals: { 'aws:PrincipalArn': ['x', 'y'] } }, true],
  // What a request hasn't got equals nothing.
  [{ StringEquals: { 'aws:SourceAccount': '1' } }, false],
  [{ StringNotEquals: { 'aws:SourceAccount': '1' } }, true],
  [{ StringEqualsIfExists: { 'aws:SourceAccount': '1' } }, true],
  // All have to hold.
  [{ Bool: { 'aws:SecureTransport': 'true' }, StringLike: { 'aws:PrincipalArn': 'x*' } }, false],
])('%j: %s', (written, expected) => {
  expect(allHold(written)).toBe(expected);
});

test.each<[Record<string, Record<string, unknown>>, string]>([
  [
    { DateLessThan: { 'aws:PrincipalArn': 'x' } },
    'Test: the local stack does not know the condition operator DateLessThan',
  ],
  [
    { 'ForAllValues:StringEquals': { 'aws:PrincipalArn': 'x' } },
    'condition operator ForAllValues:StringEquals',
  ],
  [
    { StringEquals: { 'dynamodb:LeadingKeys': 'x' } },
    'Test: the local stack does not know the condition key dynamodb:LeadingKeys',
  ],
])('%j is not guessed at', (written, message) => {
  expect(() => readConditions(written, 'Test')).toThrow(message);
});
