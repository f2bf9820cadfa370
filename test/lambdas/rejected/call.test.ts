import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { CallError, MAX_IDS, readRejectedCall } from '../../../lambdas/rejected/call.ts';

const id = randomUUID();

test.each([
  { op: 'check', ids: [id], by: 'arn:aws:iam::123456789012:user/anna' },
  { op: 'retry', ids: [id, randomUUID()], by: 'me' },
  { op: 'explain', id, by: 'me' },
])('$op', (call) => {
  expect(readRejectedCall(call)).toEqual(call);
});

test.each([
  ['nothing', undefined],
  ['an event of API Gateway', { version: '2.0', body: JSON.stringify({ op: 'retry', ids: [id], by: 'me' }) }],
  ['an event of SQS', { Records: [{ body: '{}' }] }],
  ['another op', { op: 'delete', ids: [id], by: 'me' }],
  ['no ids', { op: 'retry', ids: [], by: 'me' }],
  ['an id of something else', { op: 'retry', ids: ['billing:abc'], by: 'me' }],
  ['too many', { op: 'retry', ids: Array.from({ length: MAX_IDS + 1 }, () => randomUUID()), by: 'me' }],
  ['nobody', { op: 'retry', ids: [id] }],
  ['a name with a line break', { op: 'retry', ids: [id], by: 'me\n{"level":"INFO"}' }],
  ['content', { op: 'retry', ids: [id], by: 'me', body: '{"id":1}' }],
])('refused: %s', (_, call) => {
  expect(() => readRejectedCall(call)).toThrow(CallError);
});
