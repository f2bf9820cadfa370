import { afterEach, expect, test } from '@jest/globals';
import type { DeployedSource, Deployment } from '../../../cli/deployment/deployment.ts';
import { findApiCredentials } from '../../../cli/subscriptions/api-credentials.ts';
import { subscribableProvider } from '../../../cli/subscriptions/providers.ts';
import { LOCAL_CLIENT } from '../../../local/aws/endpoints.ts';
import { type ProviderApi, startProviderApi } from '../support/provider-api.ts';

let secretsManager: ProviderApi;
afterEach(() => secretsManager.stop());

/** Looks for the API key of a source whose secret in Secrets Manager is this text. */
const find = async (source: 'altoviz' | 'ivvy', stored: string, env = {}) => {
  secretsManager = await startProviderApi(({ body }) =>
    body?.SecretId === `gatepost/${source}/api`
      ? { status: 200, body: { SecretString: stored, VersionId: 'v1', CreatedDate: 1 } }
      : { status: 400, body: { __type: 'ResourceNotFoundException' } },
  );
  const deployment = {
    prefix: 'gatepost',
    clients: { secretsManager: { ...LOCAL_CLIENT, endpoint: secretsManager.url } },
  } as Deployment;
  const provider = subscribableProvider(source);
  if (provider === undefined) throw new Error(`there is no provider ${source}`);
  return await findApiCredentials(deployment, { name: source } as DeployedSource, provider, env);
};

test.each([
  ['altoviz', { key: 'the key' }],
  ['altoviz', { key: 'the key', url: 'https://sandbox.example.com' }],
  ['ivvy', { key: 'the key', secret: 'its secret' }],
] as const)('of %s is read from Secrets Manager as docs/cli.md stores it: %j', async (source, stored) => {
  expect(await find(source, JSON.stringify(stored))).toEqual(stored);
});

test.each(['the key', '{}', '{"key": ""}', '{"key": 1}'])('is not read from %s', async (stored) => {
  await expect(find('altoviz', stored)).rejects.toMatchObject({
    exitCode: 4,
    message: expect.stringContaining('The secret gatepost/altoviz/api must be'),
  });
});

test('comes from the environment first', async () => {
  const env = { GATEPOST_ALTOVIZ_API_KEY: 'another' };
  expect(await find('altoviz', '{"key": "the key"}', env)).toMatchObject({ key: 'another' });
  expect(secretsManager.asked).toEqual([]);
});
