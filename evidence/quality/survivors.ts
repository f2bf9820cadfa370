import type { Mutant } from './score.ts';

/** Mutants that are known to survive, and why that is no gap in the tests. */
const KNOWN: readonly {
  readonly path: string;
  /** Left out where the replacement alone tells which mutant is meant. */
  readonly original?: string;
  readonly replacement: string;
  readonly why: string;
}[] = [
  {
    path: 'lambdas/ingest/source-addresses.ts',
    replacement: '"Stryker was here!"',
    why: 'what `split` gives has a first part always; only the compiler asks for a default',
  },
  {
    path: 'lambdas/ingest/receive.ts',
    replacement: '["Stryker was here"]',
    why: 'no request has a header of that name',
  },
  {
    path: 'lambdas/event-log/claim.ts',
    replacement: 'compressed.length < MAX_LOGGED_BYTES',
    why: 'the bound lies well below what DynamoDB takes: a byte more or less changes nothing',
  },
  {
    path: 'lambdas/fan-out/queues.ts',
    replacement: '["Stryker was here"]',
    why: 'a failure without an `Id` is that of no message',
  },
  {
    path: 'lambdas/fan-out/handler.ts',
    replacement: '/unrecognized\\.fifo/',
    why: 'SQS allows a full stop in the name of a queue before its `fifo` only, so these words end it',
  },
  {
    path: 'lambdas/providers/avaza/interpret.ts',
    replacement: 'idFields[meaning.entity].map',
    why: 'every entity of the catalogue has a field for its id, which the type does not say',
  },
  {
    path: 'lambdas/providers/ivvy/sns-envelope.ts',
    replacement: '/^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z/',
    why: '`Date.parse` refuses whatever stands behind the Z',
  },
  ...['version === undefined', 'text === undefined'].map((original) => ({
    path: 'lambdas/providers/shared/standard-webhooks/headers.ts',
    original,
    replacement: 'false',
    why: 'an entry that fits the pattern has both of its groups, which the type does not say',
  })),
  {
    path: 'lambdas/providers/shared/standard-webhooks/headers.ts',
    replacement: 'version === undefined && text === undefined',
    why: 'an entry that fits the pattern has both of its groups, which the type does not say',
  },
  {
    path: 'lambdas/providers/shared/standard-webhooks/headers.ts',
    original: '{ version, bytes: Buffer.alloc(0) }',
    replacement: '{}',
    why: 'an entry of no version is passed over like one of a version that is not known',
  },
  ...['standard-webhooks/headers', 'standard-webhooks/keys', 'hmac-signature', 'secret-key'].map((file) => ({
    path: `lambdas/providers/${file}.ts`,
    original: "'base64'",
    replacement: '""',
    why: 'what is not asked for as hex is decoded as base64',
  })),
  {
    path: 'lambdas/core/delivery.ts',
    replacement: '"Stryker was here!"',
    why: 'it stands for the time of no replay, and is only asked whether it is text',
  },
  {
    path: 'lambdas/runtime/describe-error.ts',
    replacement: '"Stryker was here!"',
    why: 'no line of it is that of a place, so it holds as many as the empty text',
  },
  ...[
    ["typeof secret === 'string'", 'true'],
    ["typeof secret === 'string'", 'false'],
    ["typeof secret === 'string'", "typeof secret !== 'string'"],
    ["'string'", '""'],
  ].map(([original = '', replacement = '']) => ({
    path: 'lambdas/providers/shared/hmac-signature.ts',
    original,
    replacement,
    why: 'Node takes text and bytes as a key either way, which differs in the time alone',
  })),
  {
    path: 'lambdas/providers/shared/hmac-signature.ts',
    original: "'hex'",
    replacement: '""',
    why: 'without an encoding Node gives the same bytes, which are then copied',
  },
  {
    path: 'lambdas/providers/shared/catalogue.ts',
    replacement: '/[^a-z0-9]/',
    why: 'the empty words between are left out afterwards',
  },
  ...[
    ['known !== undefined', 'false'],
    ['stems.set(catalogue, made);', ';'],
  ].map(([original = '', replacement = '']) => ({
    path: 'lambdas/providers/shared/catalogue.ts',
    original,
    replacement,
    why: 'what is not remembered is made again',
  })),
  {
    path: 'lambdas/providers/shared/locator.ts',
    replacement: '/\\..*/',
    why: 'no header that a place names holds a line break, so the pattern ends where the text does',
  },
  {
    path: 'lambdas/providers/shared/secret-key.ts',
    original: "'text'",
    replacement: '""',
    why: 'any secret is text, so nobody is ever told that it is not',
  },
  {
    path: 'lambdas/providers/shared/header-list.ts',
    original: "''",
    replacement: '"Stryker was here!"',
    why: 'what `split` gives has a first part always, and an empty header is no list either',
  },
  {
    path: 'lambdas/providers/shared/header-list.ts',
    original: "header === ''",
    replacement: 'false',
    why: 'an empty header is no list either',
  },
  {
    path: 'lambdas/providers/shared/header-list.ts',
    replacement: 'values[0][1]',
    why: 'there is one value, as was asked before, which the type does not say',
  },
  {
    path: 'lambdas/providers/shared/provider-time.ts',
    original: 'text === undefined',
    replacement: 'false',
    why: 'what is no text does not fit the patterns either',
  },
  {
    path: 'lambdas/providers/shared/provider-time.ts',
    original: 'date === undefined',
    replacement: 'false',
    why: 'without a date there is nothing that `Date.parse` would take',
  },
  ...[
    ["'Z'", '""'],
    ['[]', '["Stryker was here"]'],
  ].map(([original = '', replacement = '']) => ({
    path: 'lambdas/providers/shared/provider-time.ts',
    original,
    replacement,
    why: 'a zone without hours is UTC, whatever it is called',
  })),
  ...['/^([+-]\\d\\d):?(\\d\\d)?/', '/([+-]\\d\\d):?(\\d\\d)?$/'].map((replacement) => ({
    path: 'lambdas/providers/shared/provider-time.ts',
    replacement,
    why: 'the zone was matched as a whole before, as a part of the time',
  })),
  {
    path: 'lambdas/providers/ivvy/confirm-subscription.ts',
    original: "''",
    replacement: '"Stryker was here!"',
    why: 'it stands for no URL, and is none either',
  },
  {
    path: 'lambdas/providers/ivvy/inner-signature.ts',
    original: 'account === undefined',
    replacement: 'false',
    why: 'no account is not that of the message either',
  },
  {
    path: 'lambdas/providers/ivvy/inner-signature.ts',
    original: '{\n    return undefined;\n  }',
    replacement: '{}',
    why: 'what ends without a word gives undefined as well; the types ask for the word',
  },
  {
    path: 'lambdas/providers/ivvy/interpret.ts',
    original: "''",
    replacement: '"Stryker was here!"',
    why: 'there is no entity of either name',
  },
  {
    path: 'lambdas/providers/ivvy/sns-signature.ts',
    replacement: 'generation - 1',
    why: 'any number does that there was none of before',
  },
  ...['true', "Error.isError(error) || 'code' in error"].map((replacement) => ({
    path: 'lambdas/providers/ivvy/sns-signature.ts',
    original: "Error.isError(error) && 'code' in error",
    replacement,
    why: 'what has no code has none of OpenSSL either; the types ask for the question',
  })),
  {
    path: 'lambdas/core/json.ts',
    replacement: 'at <= text.length',
    why: 'behind the end of a text there is no character that would count',
  },
  ...['true', 'text.length >= MAX_KEPT_VALUES'].map((replacement) => ({
    path: 'lambdas/core/json.ts',
    original: 'text.length > MAX_KEPT_VALUES',
    replacement,
    why: 'a text has no more values than characters: this only spares short ones the counting',
  })),
  ...[
    ['text.length <= SHORT_CHARACTERS', 'false'],
    ['text.length <= SHORT_CHARACTERS', 'text.length < SHORT_CHARACTERS'],
    ['64 * 1024', '64 / 1024'],
  ].map(([original = '', replacement = '']) => ({
    path: 'lambdas/core/json.ts',
    original,
    replacement,
    why: 'what is remembered more or less often is the same, and only takes its time',
  })),
  {
    path: 'lambdas/providers/ivvy/interpret.ts',
    replacement: '""',
    original: "'more numbers than can be kept digit for digit'",
    why: 'whatever is thrown there, the delivery goes to unrecognized.fifo as it came, and nobody hears why',
  },
  ...['lambdas/core/request.ts', 'lambdas/providers/shared/hmac-signature.ts'].map((path) => ({
    path,
    original: "'utf8'",
    replacement: '""',
    why: 'without an encoding Node takes text as UTF-8',
  })),
];

/** Why a mutant survives; undefined for one that nobody has looked at yet. */
export const whyItSurvives = (mutant: Mutant): string | undefined =>
  KNOWN.find(
    ({ path, original = mutant.original, replacement }) =>
      path === mutant.path && original === mutant.original && replacement === mutant.replacement,
  )?.why;
