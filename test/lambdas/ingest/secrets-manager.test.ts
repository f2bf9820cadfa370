import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rememberedSecrets } from '../../../lambdas/ingest/secrets.ts';
import { secretsManager } from '../../../lambdas/ingest/secrets-manager.ts';
import { type AwsAnswer, type AwsEndpoint, startAws } from '../support/aws.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:gatepost/billing-AbCdEf';
const NOT_FOUND: AwsAnswer = { status: 400, error: 'ResourceNotFoundException' };
const ROTATED_AT = new Date('2024-03-11T00:00:00.000Z');

let aws: AwsEndpoint;
let load: ReturnType<typeof secretsManager>;
beforeAll(async () => {
  aws = await startAws('SECRETS_MANAGER', () => NOT_FOUND);
  load = secretsManager(ARN);
});
afterAll(() => aws.stop());

/** Secrets Manager with these versions of the secret. */
const holding = (versions: Readonly<Record<string, AwsAnswer>>) =>
  aws.answerWith(({ input }) => versions[String(input.VersionStage)] ?? NOT_FOUND);

const version = (value: string): AwsAnswer => ({
  result: { ARN, SecretString: value, CreatedDate: ROTATED_AT.getTime() / 1000 },
});

test('gives the current and the previous value, and when the current one was made', async () => {
  const before = aws.calls.length;
  holding({ AWSCURRENT: version('new'), AWSPREVIOUS: version('old') });
  expect(await load()).toEqual({ current: 'new', previous: 'old', rotatedAt: ROTATED_AT });
  expect(aws.calls.slice(before).map(({ operation, input }) => [operation, input.SecretId])).toEqual([
    ['GetSecretValue', ARN],
    ['GetSecretValue', ARN],
  ]);
});

test('a secret that was never rotated has no previous value', async () => {
  holding({ AWSCURRENT: version('new') });
  expect(await load()).toEqual({ current: 'new', previous: undefined, rotatedAt: ROTATED_AT });
});

test('white space around a value came with the pasting', async () => {
  holding({ AWSCURRENT: version(' new\r\n'), AWSPREVIOUS: version('\told ') });
  expect(await load()).toMatchObject({ current: 'new', previous: 'old' });
});

test('one value under a key, which the console of AWS offers first, is the secret', async () => {
  holding({ AWSCURRENT: version('{"secret": " new "}'), AWSPREVIOUS: version('{"secret":"old"}') });
  expect(await load()).toMatchObject({ current: 'new', previous: 'old' });
  // A secret may begin as JSON does.
  holding({ AWSCURRENT: version('{not JSON') });
  expect(await load()).toMatchObject({ current: '{not JSON' });
});

test.each(['{"a":"one","b":"two"}', '{}', '{"a":1}', '{"a":{"b":"c"}}'])(
  'several values, or none, hold no secret, and the log says so: %s',
  async (stored) => {
    holding({ AWSCURRENT: version(stored), AWSPREVIOUS: version(stored) });
    const versions = await load();
    expect(versions).toMatchObject({ current: '', previous: undefined });
    expect(versions.fault).toMatch(/^the secret is a JSON object of \d values: store one value/);
    const check = rememberedSecrets(async () => versions, 0);
    await expect(check(() => true)).rejects.toMatchObject({
      reason: 'secret-unset',
      message: versions.fault,
    });
  },
);

test('a secret kept as bytes is none: the empty one, which nobody accepts', async () => {
  holding({ AWSCURRENT: { result: { ARN, SecretBinary: 'AAAA' } } });
  expect((await load()).current).toBe('');
});

test.each([
  ['there is no secret', {}],
  ['the current value can’t be had', { AWSCURRENT: { status: 500, error: 'InternalServiceError' } as const }],
  [
    'the previous value can’t be had',
    { AWSCURRENT: version('new'), AWSPREVIOUS: { status: 400, error: 'AccessDeniedException' } as const },
  ],
])('nothing is made up where %s', async (_, versions) => {
  holding(versions);
  await expect(load()).rejects.toThrow();
});
