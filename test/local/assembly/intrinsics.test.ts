// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Fn::Sub names what goes in
import { describe, expect, test } from '@jest/globals';
import { NO_VALUE, resolve, type Scope } from '../../../local/assembly/intrinsics.ts';

const scope: Scope = {
  ref: (name) => (name === 'AWS::NoValue' ? NO_VALUE : `ref(${name})`),
  getAtt: (logicalId, attribute) => `${logicalId}#${attribute}`,
  condition: (name) => name === 'Yes',
  findInMap: (map, key, subKey) => `${map}/${key}/${subKey}`,
};
const resolved = (value: unknown) => resolve(value, scope, 'Here');

describe('an intrinsic function gives what CloudFormation makes of it', () => {
  test.each([
    [{ Ref: 'Queue' }, 'ref(Queue)'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue#Arn'],
    [{ 'Fn::GetAtt': 'Nested.Outputs.Url' }, 'Nested#Outputs.Url'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'B' }, 'c']] }, 'a-ref(B)-c'],
    [{ 'Fn::Split': [':', { 'Fn::Join': [':', ['a', 'b']] }] }, ['a', 'b']],
    [{ 'Fn::Select': ['1', { 'Fn::Split': [',', 'a,b'] }] }, 'b'],
    [{ 'Fn::Sub': 'at ${Queue} ${Queue.Arn} ${!Literal}' }, 'at ref(Queue) Queue#Arn ${Literal}'],
    [{ 'Fn::Sub': ['${own} ${Queue}', { own: { Ref: 'X' } }] }, 'ref(X) ref(Queue)'],
    [{ 'Fn::If': ['Yes', { Ref: 'A' }, { Ref: 'B' }] }, 'ref(A)'],
    [{ 'Fn::If': ['No', { Ref: 'A' }, { Ref: 'B' }] }, 'ref(B)'],
    [{ 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Not': [{ Condition: 'No' }] }] }, true],
    [{ 'Fn::Or': [{ Condition: 'No' }, { 'Fn::Equals': ['a', 'b'] }] }, false],
    [{ 'Fn::FindInMap': ['Map', { Ref: 'Key' }, 'sub'] }, 'Map/ref(Key)/sub'],
    [{ 'Fn::Base64': 'abc' }, 'YWJj'],
  ])('%j', (value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });
});

test('what is no intrinsic stays as it is, however deep', () => {
  const value = { a: [1, 'two', { three: null, 'Fn::Sub': 'two keys are no call' }], b: false };
  expect(resolved(value)).toEqual(value);
});

test('AWS::NoValue takes its property along, and its place in a list', () => {
  const nothing = { Ref: 'AWS::NoValue' };
  expect(resolved({ a: nothing, b: [1, nothing, 2], c: { 'Fn::If': ['Yes', nothing, 1] } })).toEqual({
    b: [1, 2],
  });
});

test.each([
  [{ Deep: [{ 'Fn::ImportValue': 'other-stack' }] }, /^Here\.Deep\[0\]: .*Fn::ImportValue$/],
  [{ Secret: '{{resolve:secretsmanager:mine}}' }, /^Here\.Secret: dynamic references/],
])('%j is refused, and the place is named', (value, message) => {
  expect(() => resolved(value)).toThrow(message);
});
