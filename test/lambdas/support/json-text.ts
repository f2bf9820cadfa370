import fc from 'fast-check';

/** Numbers in every way in which JSON may write one, whether a double can hold it or not. */
export const numberText = (): fc.Arbitrary<string> => {
  const digits = (minLength: number, maxLength: number) =>
    fc
      .array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom(0, 9)), { minLength, maxLength })
      .map((list) => list.join(''));
  const whole = fc.oneof(
    fc.constant('0'),
    fc.tuple(fc.integer({ min: 1, max: 9 }), digits(0, 24)).map(([first, rest]) => `${first}${rest}`),
  );
  const fraction = fc.oneof(
    fc.constant(''),
    digits(1, 22).map((text) => `.${text}`),
  );
  const exponent = fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), digits(1, 3))
        .map((parts) => parts.join('')),
    },
  );
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(fc.constantFrom('', '-'), whole, fraction, exponent).map((parts) => parts.join('')),
    },
    // As others write their doubles: what a double gives back, and what it almost does.
    { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String) },
    { weight: 1, arbitrary: fc.maxSafeInteger().map(String) },
  );
};

/** JSON as somebody may send it, and as it is to leave: with its numbers as they are, but no space and no needless escape. */
export interface JsonText {
  readonly sent: string;
  readonly leaving: string;
}

/** JSON of any shape; no object in it has a key twice or one that looks like an index. */
export const jsonText = (scalars: fc.Arbitrary<string> = numberText()): fc.Arbitrary<JsonText> =>
  fc.letrec<{ value: JsonText }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 4, arbitrary: scalars.map((text) => ({ sent: text, leaving: text })) },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('null', 'true', 'false', '"x"', '"\\u0001"', '"12345678901234567890"')
          .map((text) => ({ sent: text, leaving: text })),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.array(tie('value'), { maxLength: 4 }), SPACE)
          .map(([items, space]) => inside('[', items, ']', space)),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(
            fc.uniqueArray(fc.tuple(KEY, tie('value')), { maxLength: 4, selector: ([key]) => key }),
            SPACE,
          )
          .map(([members, space]) =>
            inside(
              '{',
              members.map(([key, { sent, leaving }]) => ({
                sent: `${JSON.stringify(key)}${space}:${space}${sent}`,
                leaving: `${JSON.stringify(key)}:${leaving}`,
              })),
              '}',
              space,
            ),
          ),
      },
    ),
  })).value;

const SPACE = fc.constantFrom('', ' ', '\n\t', '\r\n  ');

const KEY = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'rawJSON', 'hasOwnProperty', 'id', ''),
  fc.string().filter((key) => !/^\d+$/.test(key)),
);

const inside = (open: string, items: readonly JsonText[], close: string, space: string): JsonText => ({
  sent: `${open}${space}${items.map(({ sent }) => sent).join(`${space},${space}`)}${space}${close}`,
  leaving: `${open}${items.map(({ leaving }) => leaving).join(',')}${close}`,
});
