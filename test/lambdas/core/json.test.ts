import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  identifier,
  isJsonObject,
  JsonError,
  type JsonValue,
  MAX_DEPTH,
  MAX_KEPT_VALUES,
  parseJson,
  parseStrings,
  roundsNumbers,
  writeCanonical,
  writeJson,
} from '../../../lambdas/core/json.ts';
import { jsonText, numberText } from '../support/json-text.ts';
import { anyText, FOR_SQS } from '../support/text.ts';

const throughAndOut = (text: string): string => writeJson(parseJson(text));

describe('numbers', () => {
  // Alone in its document: no neighbour makes the parser look closer than the number itself does.
  const around = [
    (number: string) => number,
    (number: string) => `[${number}]`,
    (number: string) => `["x",${number},null]`,
    (number: string) => `{"a":${number}}`,
    (number: string) => `{"a":[{"b":${number}}]}`,
  ];

  test('leave digit for digit as they came', () => {
    fc.assert(
      fc.property(numberText(), fc.constantFrom(...around), (number, document) => {
        expect(throughAndOut(document(number))).toBe(document(number));
      }),
      { numRuns: 5_000 },
    );
  });

  test('leave as they came whatever white space stood before them', () => {
    fc.assert(
      fc.property(numberText(), fc.constantFrom(' ', '\n', '\t', '\r', '\r\n   '), (number, space) => {
        expect(throughAndOut(`{"a":${space}${number}${space}}`)).toBe(`{"a":${number}}`);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    '4.0000',
    '-0',
    '-0.0',
    '0.0000001',
    '1e400',
    '1E5',
    '-1e-0',
    '12345678901234567890',
    '9007199254740993',
    '123456789.123456789',
    '999999999999999.9',
    '0.1000',
    '100000000000000000000000',
  ])('%s leaves as it came', (number) => {
    expect(throughAndOut(`{"a":${number}}`)).toBe(`{"a":${number}}`);
  });

  test('that a double holds are numbers, all others keep their text', () => {
    expect(parseJson('[1,-2.5,1000000]')).toEqual([1, -2.5, 1_000_000]);
    expect(identifier(parseJson('12345678901234567890'))).toBe('12345678901234567890');
    expect(identifier(parseJson('60825'))).toBe('60825');
  });

  test('that keep their text leave all else what it is', () => {
    expect(parseJson('["a",true,null,{},7,1.0]')).toEqual(['a', true, null, {}, 7, JSON.rawJSON('1.0')]);
  });
});

describe('documents', () => {
  test('of any shape leave as they came, but for white space', () => {
    fc.assert(
      fc.property(jsonText(), ({ sent, leaving }) => {
        expect(throughAndOut(sent)).toBe(leaving);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    '{"__proto__":{"admin":true},"x":1}',
    '{"__proto__":{"admin":4.0000},"x":1}',
    '{"constructor":{"prototype":{"y":1.0}}}',
    '{"rawJSON":"1","n":1.0}',
  ])('%s has its keys, and no other object has any of them', (text) => {
    expect(throughAndOut(text)).toBe(text);
    expect('admin' in {}).toBe(false);
    expect('y' in {}).toBe(false);
  });

  test.each([
    ['{"a":1,"a":2}', '{"a":2}'],
    ['{"a":1.0,"a":2.00}', '{"a":2.00}'],
    ['{"a":1,"a":1.0}', '{"a":1.0}'],
    ['{"a":1.0,"a":1}', '{"a":1}'],
    ['{"a":[1.0],"a":2}', '{"a":2}'],
    ['{"a":2,"a":[1.0]}', '{"a":[1.0]}'],
    ['{"a":{"b":1.0},"a":{"b":3.00}}', '{"a":{"b":3.00}}'],
  ])('%s: of a key that stands twice the last counts', (text, leaving) => {
    expect(throughAndOut(text)).toBe(leaving);
  });

  test.each(['', ' ', '{', '[1,]', "{'a':1}", '01', '+1', '.5', 'NaN', '\ufeff{}', '{"a":1}x'])(
    '%j is no JSON',
    (text) => {
      expect(() => parseJson(text)).toThrow(JsonError);
    },
  );

  test('what is no JSON has V8’s own error as the cause', () => {
    expect(() => parseJson('{')).toThrow(
      expect.objectContaining({ name: 'JsonError', cause: expect.objectContaining({ name: 'SyntaxError' }) }),
    );
  });

  test('no text makes the parser throw anything but a JsonError, and its message quotes nothing', () => {
    const parse = (text: string) => {
      try {
        parseJson(text);
      } catch (error) {
        expect(error).toBeInstanceOf(JsonError);
        expect((error as JsonError).message).toBe('not JSON');
      }
    };
    fc.assert(fc.property(anyText(), parse));
    fc.assert(fc.property(fc.json(), fc.nat(), (text, at) => parse(text.slice(0, at % (text.length + 1)))));
  });
});

describe('strings', () => {
  test('leave as they came, written so that SQS takes them', () => {
    fc.assert(
      fc.property(anyText(), anyText(), (key, text) => {
        const written = writeJson({ [key]: text });
        expect(written).toMatch(FOR_SQS);
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify({ [key]: text })));
      }),
    );
  });

  test('of the whole range of UTF-16 pass SQS, each unit alone', () => {
    const units = Array.from({ length: 0x1_0000 }, (_, unit) => `${String.fromCharCode(unit)}-`).join('');
    const written = writeJson(units);
    expect(written).toMatch(FOR_SQS);
    expect(JSON.parse(written)).toBe(units);
  });

  test.each([
    ['"\\ud800"', '"\\ud800"'],
    ['"\\uDC00\\uD800"', '"\\udc00\\ud800"'],
    ['"\\ufffe\\uffff"', '"\\ufffe\\uffff"'],
    ['"\ufffe\uffff"', '"\\ufffe\\uffff"'],
    ['"😀"', '"\\ud83d\\ude00"'],
    ['"\\u0000"', '"\\u0000"'],
    ['"\\u00e9\ufffd\ue000"', '"é\ufffd\ue000"'],
  ])('%s leaves as %s', (text, leaving) => {
    expect(throughAndOut(text)).toBe(leaving);
  });
});

describe('depth', () => {
  const nested = (depth: number, [open, close]: readonly [string, string]) =>
    `${open.repeat(depth)}1${close.repeat(depth)}`;
  const ways = [
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"a":1.0,"b":', '}]'],
  ] as const;

  test.each(ways)(`${MAX_DEPTH} levels of %s pass, one more doesn't`, (...way) => {
    const levels = way[0].length - way[0].replaceAll(/[[{]/g, '').length;
    const depth = MAX_DEPTH / levels;
    expect(throughAndOut(nested(depth, way))).toBe(nested(depth, way));
    expect(() => parseJson(`[${nested(depth, way)}]`)).toThrow(JsonError);
  });

  test('a hundred thousand levels are refused, not tried', () => {
    expect(() => parseJson('['.repeat(100_000))).toThrow(JsonError);
    expect(() => parseJson('{"a":'.repeat(100_000))).toThrow(JsonError);
  });

  test('what looks like it inside a string is none', () => {
    for (const text of ['['.repeat(2_000), `\\"${'{'.repeat(2_000)}`, `\\\\\\"${'[{'.repeat(2_000)}`]) {
      expect(throughAndOut(`["${text}"]`)).toBe(`["${text}"]`);
    }
    // Here the string ends before the brackets, since its backslash is escaped itself.
    expect(() => parseJson(`["\\\\",${'['.repeat(600)}${']'.repeat(600)}]`)).toThrow(JsonError);
  });

  test('neighbours are no levels', () => {
    const text = `[${Array.from({ length: 2_000 }, () => '[{}]').join(',')}]`;
    expect(throughAndOut(text)).toBe(text);
  });
});

describe('isJsonObject and identifier', () => {
  test('a number kept as written is no object', () => {
    const { kept, forged } = parseJson('{"kept":1.0,"forged":{"rawJSON":"1.0"}}') as Record<string, never>;
    expect(isJsonObject(kept)).toBe(false);
    expect(isJsonObject(forged)).toBe(true);
    expect(identifier(kept)).toBe('1.0');
    expect(identifier(forged)).toBeUndefined();
  });

  test('nothing but an object is one', () => {
    for (const text of ['{}', '{"a":1.0}']) expect(isJsonObject(parseJson(text))).toBe(true);
    for (const text of ['null', 'true', '5', '1.0', '"text"', '[]', '[{}]'])
      expect(isJsonObject(parseJson(text))).toBe(false);
    expect(isJsonObject(undefined)).toBe(false);
  });

  test('only strings and numbers identify', () => {
    expect(identifier('a')).toBe('a');
    expect(identifier(0)).toBe('0');
    for (const value of ['', null, true, [], {}, undefined]) expect(identifier(value)).toBeUndefined();
  });
});

test('half a megabyte of what costs most is read in a moment', () => {
  // Whatever the parser looks for before it parses must not go back and forth over the text.
  const costly = [
    `"${'[:,'.repeat(170_000)}"`,
    `[${'0.1,'.repeat(130_000)}1]`,
    `[${'1'.repeat(500_000)}]`,
    `["${',1234.5678'.repeat(50_000)}"]`,
    `"${'\\\\'.repeat(250_000)}"`,
    `${' '.repeat(500_000)}1`,
  ];
  for (const text of costly) {
    const started = performance.now();
    parseJson(text);
    expect(performance.now() - started).toBeLessThan(1_000);
  }
});

describe('more values than can be kept digit for digit', () => {
  const holding = (values: number, value: string) => `[${Array(values).fill(value).join(',')}]`;

  test('leave rounded, and it is known before', () => {
    const [most = '', more = ''] = [0, 1].map((over) => holding(MAX_KEPT_VALUES + over, '1.0'));
    expect(roundsNumbers(most)).toBe(false);
    expect(throughAndOut(most)).toBe(most);
    expect(roundsNumbers(more)).toBe(true);
    expect(throughAndOut(more)).toBe(more.replaceAll('1.0', '1'));
  });

  test.each([
    ['arrays', '[1.0]'],
    ['objects', '{"a":1.0}'],
    ['members', '{"a":1.0,"b":2}'],
  ])('are counted in %s', (_, value) => {
    const enough = holding(MAX_KEPT_VALUES / 2 + 1, value);
    expect(roundsNumbers(enough)).toBe(true);
    expect(roundsNumbers(JSON.stringify(enough))).toBe(true);
  });

  test('are none where no number loses digits, or where all is one long text', () => {
    expect(roundsNumbers(holding(2 * MAX_KEPT_VALUES, '1.5'))).toBe(false);
    expect(roundsNumbers(`[1.0,"${'-'.repeat(2 * MAX_KEPT_VALUES)}"]`)).toBe(false);
  });
});

describe('where only strings are read', () => {
  test('they are the same, and so are the refusals', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (strings) => {
        expect(parseStrings(JSON.stringify(strings))).toEqual(parseJson(JSON.stringify(strings)));
      }),
    );
    expect(() => parseStrings('{')).toThrow(JsonError);
    expect(() => parseStrings('['.repeat(MAX_DEPTH + 1))).toThrow('nested deeper than 500 levels');
  });

  test('numbers lose digits, and half a mebibyte of them takes no longer than where there are none to keep', () => {
    expect(parseStrings('[1.0]')).toEqual([1]);
    const fastest = (number: string) => {
      return Math.min(
        ...Array.from({ length: 5 }, (_, which) => {
          // Another one each time: the last is remembered.
          const text = `[${`${number},`.repeat(128 * 1024)}${which}]`;
          const started = performance.now();
          parseStrings(text);
          return performance.now() - started;
        }),
      );
    };
    // To keep the digits of the former takes thirty times as long.
    expect(fastest('0.0')).toBeLessThan(3 * fastest('0.5'));
  });
});

describe('the canonical form', () => {
  /** The same value with the keys of its objects in another order. */
  const turned = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(turned);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, each]) => [key, turned(each)]),
    );
  };

  test('is the same for objects that differ in the order of their keys, and says the same as they do', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parsed = parseJson(JSON.stringify(value));
        const text = writeCanonical(parsed);
        expect(writeCanonical(turned(parsed))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(writeCanonical(parseJson(text))).toBe(text);
      }),
    );
  });

  test.each([
    ['{"b":[{"d":1.0,"c":2}],"a":null}', '{"a":null,"b":[{"c":2,"d":1.0}]}'],
    ['{"__proto__":1,"Z":1,"a":12345678901234567890}', '{"Z":1,"__proto__":1,"a":12345678901234567890}'],
    ['[3,1,2]', '[3,1,2]'],
    ['"\\uffff"', '"\\uffff"'],
    ['1.0', '1.0'],
  ])('of %s is %s', (text, canonical) => {
    expect(writeCanonical(parseJson(text))).toBe(canonical);
  });
});
