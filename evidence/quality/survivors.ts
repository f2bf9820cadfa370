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
];

/** Why a mutant survives; undefined for one that nobody has looked at yet. */
export const whyItSurvives = (mutant: Mutant): string | undefined =>
  KNOWN.find(
    ({ path, original = mutant.original, replacement }) =>
      path === mutant.path && original === mutant.original && replacement === mutant.replacement,
  )?.why;
