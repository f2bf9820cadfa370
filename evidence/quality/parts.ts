/** A part of the core, as it is reported on. */
export interface Part {
  readonly name: string;
  readonly runs: readonly Run[];
}

/**
 * What is mutated at once, and the tests that are to notice. As little as can be: a mutant in what runs once, when a module
 * is loaded, needs every one of these tests.
 */
export interface Run {
  /** In `lambdas/`, without their ending. */
  readonly files: readonly string[];
  /** Globs in `test/lambdas/`, without their ending. */
  readonly tests: readonly string[];
}

/** Files of one folder, each held by the test of its own name. */
const mirrored = (name: string, folder: string, files: readonly string[]): Part => ({
  name,
  runs: files.map((file) => ({ files: [folder + file], tests: [folder + file] })),
});

/** Files of one folder that are held by all of its tests together. */
const together = (
  name: string,
  files: readonly string[],
  tests: readonly string[] = [`${name}/*`],
): Part => ({
  name,
  runs: [{ files: files.map((file) => `${name}/${file}`), tests }],
});

const provider = (name: string, files: readonly string[]): Part =>
  together(`providers/${name}`, files, [`providers/${name}/*`, 'providers/index']);

/** What the providers have in common: some of it with tests of its own, some of it tested where it is used. */
const SHARED = ['body-shape', 'catalogue', 'header-list', 'hmac-signature', 'locator', 'provider-time'];
const SHARED_BY_GENERIC = ['freshness', 'located-event', 'secret-key'];

/**
 * The pure core: what verifies, interprets, names, claims and routes. Not in it are catalogues, settings and the shapes of
 * payloads, which declare and don't decide, and what only hands on: clients, names of metrics, entry points.
 */
export const PARTS: readonly Part[] = [
  together('ingest', [
    'answer',
    'answer-rejections',
    'handler',
    'receive',
    'secrets',
    'source-addresses',
    'store',
  ]),
  mirrored('fan-out', 'fan-out/', ['route', 'queues', 'message', 'report', 'handler']),
  {
    name: 'providers',
    runs: [
      ...mirrored('providers', 'providers/', SHARED).runs,
      ...together('providers', SHARED_BY_GENERIC, ['providers/hmac/*', 'providers/standard-webhooks/*']).runs,
    ],
  },
  provider('altoviz', ['altoviz']),
  provider('augustus', ['augustus']),
  provider('avaza', ['avaza', 'interpret']),
  provider('hmac', ['hmac', 'signatures', 'signed-content', 'verify']),
  {
    name: 'providers/ivvy',
    runs: [
      ...mirrored('providers/ivvy', 'providers/ivvy/', [
        ...['confirm-subscription', 'inner-message', 'inner-signature', 'interpret', 'sns-envelope'],
        'sns-signature',
      ]).runs,
      { files: ['providers/ivvy/ivvy'], tests: ['providers/ivvy/ivvy', 'providers/index'] },
    ],
  },
  provider('ivy', ['envelope', 'ivy']),
  provider('standard-webhooks', ['headers', 'keys', 'standard-webhooks', 'verify']),
  mirrored('lambdas', '', [
    ...['core/delivery', 'core/digest', 'core/exact-numbers', 'core/json', 'core/remembered', 'core/request'],
    ...['core/source', 'event-log/schema', 'events/event', 'events/interpretation'],
    ...['runtime/describe-error', 'runtime/environment', 'runtime/outgoing-get'],
  ]),
];
