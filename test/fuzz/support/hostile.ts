import fc from 'fast-check';
import { jsonText } from '../../lambdas/support/json-text.ts';
import { anyText } from '../../lambdas/support/text.ts';

/**
 * What no log may ever hold. Stands in payloads, secrets and signatures; not in the names and ids that the log is there
 * for.
 */
export const MARKER = `m4rk${crypto.randomUUID().replaceAll('-', '')}`;

/** Pieces of which a pattern takes many, and then one that it doesn't: where a pattern can be slow, this is when. */
const PIECES = [
  ...['a', 'A', 'aA', 'a1', '0', '9', '00', '1.', '.0', '1e', '-0', ' ', '\t', '_', '-', '=', '/', '+', ','],
  ...['a=', '=,', 'v1,', 'v1=', 't=1,', '{a}', '{', '.', 'a.', '\\', '"', '[', '{"a":', '\ud800', '\udfff'],
  ...['\ufffe', '😀', 'Zz', '1970-', '00:', '%', 'iVvy_Account_', '\u0000', '\u2028', 'é', 'sha256='],
] as const;
const ENDS = ['', '!', 'a', '0', '=', '\n', '\u0000', 'Z', '.', '"'] as const;

/** Long runs of little: {@link PIECES} over and over, and something else behind. */
export const runsOf = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom('', ' ', '-', 'a', '0', '"'),
      fc.array(fc.tuple(fc.constantFrom(...PIECES), fc.integer({ min: 1, max: maxLength })), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.constantFrom(...ENDS),
    )
    .map(([start, runs, end]) => start + runs.map(([piece, times]) => piece.repeat(times)).join('') + end)
    .map((text) => text.slice(0, maxLength));

/** Names that mean something to JavaScript. */
export const STRANGE_KEYS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'rawJSON', 'then', ''];

/** A string for a header or a field: short or long, of any characters. */
export const hostileText = (maxLength = 2_000): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: anyText() },
    { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 2, arbitrary: runsOf(maxLength) },
    { weight: 1, arbitrary: fc.constantFrom(...STRANGE_KEYS, 'null', 'undefined', '0', '-1', '1e999') },
  );

/** JSON of any shape as text, or what is almost JSON. */
export const hostileJson: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: jsonText().map(({ sent }) => sent) },
  { weight: 3, arbitrary: hostileText(500).map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: fc.constantFrom('null', 'true', '""', '[]', '{}', '[[]]', '[null]', '0', '-0') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['1e999999', '-1e-999999', '9'.repeat(400), `0.${'0'.repeat(400)}1`, '12345678901234567890.10'],
      ...['8640000000000001', '-8640000000000001', '253402300800', '1e21', '4.0000', '1E5'],
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('"\\ud800"', '"\\udfff\\ud800"', '"\\uffff"', '"\\u0000"') },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3_000 }).chain(nested) },
  { weight: 1, arbitrary: fc.constant(`"${MARKER}"`) },
  { weight: 1, arbitrary: fc.constantFrom('', '01', 'NaN', '{', '"', "'a'", '\ufeff{}', '{"a":1,}', '1 2') },
);

function nested(depth: number): fc.Arbitrary<string> {
  return fc.constantFrom(
    '['.repeat(depth) + ']'.repeat(depth),
    `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
    '['.repeat(depth),
    `${'[{"id":'.repeat(depth)}null${'}]'.repeat(depth)}`,
  );
}

/** Where the names and ids stand that the functions log: of events, entities and deliveries. */
const LOGGED = /^(?:type|action|subject|channel|user|name|provider|source|receivedat|replay|of|at|.*id)$/i;

/**
 * JSON text changed in a few places: values replaced by others, taken out, or put in under another or the same name; in
 * every one of its strings that is not for the log stands the {@link MARKER} now and then.
 */
export const changedJson = (text: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.record({
        at: fc.nat(),
        how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'twice'),
        key: fc.oneof(fc.constantFrom(...STRANGE_KEYS, 'data', 'length'), hostileText(100)),
        value: hostileJson,
      }),
      { maxLength: 4 },
    )
    .map((changes) => {
      const root: Holder = { body: JSON.parse(text) as unknown };
      const written: string[] = [];
      for (const { at, how, key, value } of changes) {
        const places = placesIn(root);
        const place = places[at % places.length];
        // Nothing is left once the whole of it was taken out.
        if (place === undefined) break;
        const [holder, name] = place;
        // A name that was put in before is written, and stands here as its number.
        const meant = String(name).replace(TOKEN, (_, index: string) =>
          JSON.parse(written[Number(index)] ?? ''),
        );
        const safe = LOGGED.test(meant) ? value.replaceAll(MARKER, '') : value;
        const token = (json: string) => `@@${written.push(json) - 1}@@`;
        if (how === 'replace') holder[name as never] = token(safe) as never;
        else if (how === 'remove') Reflect.deleteProperty(holder, name);
        else if (Array.isArray(holder)) holder.push(token(safe));
        else
          (holder as Holder)[token(JSON.stringify(how === 'twice' ? meant : key))] = token(
            how === 'twice' ? safe : value,
          );
      }
      const json = JSON.stringify(root.body) ?? '';
      return json.replace(/"@@(\d+)@@"/g, (_, index: string) => written[Number(index)] ?? '');
    });

const TOKEN = /^@@(\d+)@@$/;

type Holder = Record<string, unknown>;
type Place = readonly [holder: Holder | unknown[], key: string | number];

/** Every place in it where a value stands. */
const placesIn = (value: unknown): readonly Place[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => [
    [value as Holder, key] as const,
    ...placesIn((value as Holder)[key]),
  ]);
};

const STRANGE_HEADERS = [
  ...STRANGE_KEYS,
  ...['x-amz-sns-rawdelivery', 'x-amz-sns-message-type', 'authorization', 'content-type', 'x-signature'],
  ...['x-ivy-signature', 'webhook-id', 'webhook-timestamp', 'webhook-signature', 'stripe-signature'],
  ...['x-signature-ed25519', 'x-signature-timestamp', 'x-verification', 'x-gitlab-token'],
  ...['x-slack-signature', 'x-slack-request-timestamp', 'x-shopify-hmac-sha256', 'x-hub-signature-256'],
];

/** Headers that anybody may send along. */
export const hostileHeaders = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...STRANGE_HEADERS), hostileText(40)),
      fc.oneof(
        hostileText(8_000),
        fc.constantFrom(MARKER, `v1,${MARKER}`, `t=1,v1=${MARKER}`, `Basic ${MARKER}`),
      ),
    ),
    { maxLength: 5 },
  )
  .map((entries) => Object.fromEntries(entries));
