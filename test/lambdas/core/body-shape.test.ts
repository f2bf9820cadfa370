import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  identifierField,
  ownField,
  parseBody,
  parseObject,
  stringField,
  valueAt,
} from '../../../lambdas/core/body-shape.ts';
import { type JsonObject, parseJson } from '../../../lambdas/core/json.ts';
import { reasonOf } from '../support/rejections.ts';
import { anyText } from '../support/text.ts';

describe('parseObject', () => {
  test.each(['[]', '5', '1.0', 'null', 'true', '"{}"'])('%s is JSON, but no object', async (text) => {
    expect(await reasonOf(() => parseObject(text))).toBe('body-shape');
    expect(await reasonOf(() => parseBody(text))).toBeUndefined();
  });

  test.each(['', '{', '{}x', "{'a':1}", `${'['.repeat(501)}${']'.repeat(501)}`])(
    '%j is no JSON',
    async (text) => {
      expect(await reasonOf(() => parseObject(text))).toBe('body-not-json');
    },
  );

  test('a rejection says what of, where it is told nothing else of the body', () => {
    expect(() => parseObject('x')).toThrow(new Error('the body is not JSON'));
    expect(() => parseBody('x')).toThrow(new Error('the body is not JSON'));
    expect(() => parseObject('[]')).toThrow(new Error('the body is not a JSON object'));
    expect(() => parseObject('[]', 'Message')).toThrow(new Error('Message is not a JSON object'));
  });

  test('a rejection never quotes what it was given', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        try {
          parseObject(`SECRET${text}`, 'the message');
        } catch (error) {
          expect(String(error)).not.toContain('SECRET');
          expect((error as Error).cause).toBeUndefined();
          expect(String(error)).toContain('the message is not JSON');
          return;
        }
        throw new Error('that was taken for JSON');
      }),
    );
  });
});

describe('fields', () => {
  test('are the object’s own: nobody inherits one', async () => {
    const empty = parseObject('{}');
    expect(ownField(empty, 'constructor')).toBeUndefined();
    expect(await reasonOf(() => stringField(empty, 'toString'))).toBe('body-shape');
    const forged = parseObject('{"__proto__":{"id":"1"}}');
    expect(ownField(forged, 'id')).toBeUndefined();
    expect(ownField(forged, '__proto__')).toEqual({ id: '1' });
  });

  const object: JsonObject = parseObject(
    '{"text":"a","empty":"","null":null,"number":5,"kept":12345678901234567890,"list":["a"],"object":{"a":1}}',
  );

  test('that have to be strings', async () => {
    expect(stringField(object, 'text')).toBe('a');
    expect(stringField(object, 'empty')).toBe('');
    for (const field of ['null', 'number', 'kept', 'list', 'object', 'absent'])
      expect(await reasonOf(() => stringField(object, field))).toBe('body-shape');
  });

  test('that have to identify', async () => {
    expect(identifierField(object, 'text')).toBe('a');
    expect(identifierField(object, 'number')).toBe('5');
    expect(identifierField(object, 'kept')).toBe('12345678901234567890');
    for (const field of ['empty', 'null', 'list', 'object', 'absent'])
      expect(await reasonOf(() => identifierField(object, field))).toBe('body-shape');
  });
});

describe('what stands at a path', () => {
  const value = parseJson(
    `{"a":{"b":[{"c":1.0},null]},"1":"one","text":"abc","many":[${Array.from({ length: 12 }, (_, at) => at).join()}]}`,
  );

  test.each([
    ['', JSON.stringify(value)],
    ['a.b', '[{"c":1.0},null]'],
    ['a.b.0.c', '1.0'],
    ['a.b.1', 'null'],
    ['1', '"one"'],
    ['many.0', '0'],
    ['many.11', '11'],
    ['many.000000011', '11'],
  ])('%s: %s', (path, json) => {
    expect(JSON.stringify(valueAt(value, path === '' ? [] : path.split('.')))).toBe(json);
  });

  test.each([
    [['absent']],
    [['a', 'absent', 'b']],
    [['a', 'b', '2']],
    [['a', 'b', '1', 'c']],
    [['a', 'b', '0', 'c', 'rawJSON']],
    [['text', '0']],
    [['text', 'length']],
    [['constructor']],
    [['__proto__', 'toString']],
    // A key into an array is digits and nothing else, whatever JavaScript takes for a number.
    [['many', 'length']],
    [['many', '']],
    [['many', '-1']],
    [['many', '+1']],
    [['many', ' 1']],
    [['many', '1 ']],
    [['many', '1e0']],
    [['many', '0x1']],
    [['many', '0000000011']],
  ])('nothing is at %j', (path) => {
    expect(valueAt(value, path)).toBeUndefined();
  });
});
