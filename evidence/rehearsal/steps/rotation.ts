import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { startProviderApi } from '../../../test/cli/support/provider-api.ts';
import { KEY, simulatedAvaza } from '../../../test/cli/support/simulated-providers.ts';
import { follow, followEach } from '../follow.ts';
import { deliver, deliverAndExpect, outputsOf, type Step, sign, succeed, until, type Walk } from '../walk.ts';
import { storedSecret } from './secrets.ts';

/** Secrets are rotated and the leaked ones revoked: that of Ivy by hand at the provider, that of Avaza by the command. */
export const rotation: Step = {
  title: 'Rotate secrets, then revoke the previous ones',
  run: async (walk) => {
    const walked = await Promise.allSettled([rotateIvy(walk), rotateAvaza(walk)]);
    for (const one of walked) if (one.status === 'rejected') throw one.reason;
  },
};

const rotateIvy = async (walk: Walk): Promise<void> => {
  const leaked = await revokeByHand(walk);
  const current = randomBytes(32).toString('hex');
  await followEach(walk, 'leakedSecret', [0, 0], {
    input: `${current}\n`,
    replace: { '--revoke-previous': '--revoke-previous --yes' },
    between: async () => {
      await until(
        'The new secret in use',
        async () => ((await status(walk, 'ivy', current)) === 200 ? true : undefined),
        35,
      );
      assert.equal(await status(walk, 'ivy', leaked), 200, 'the previous secret is valid for a while');
    },
  });
  assert.equal(await status(walk, 'ivy', leaked), 401, 'the revoked secret is still valid');
  walk.secrets.set('ivy', current);
  await deliverAndExpect(walk, 200, 'ivy', await sign(walk, 'ivy'));
};

/**
 * A secret from a file, as docs/runbook.md sets it. The previous one is revoked with the AWS CLI.
 *
 * @returns the secret.
 */
const revokeByHand = async (walk: Walk): Promise<string> => {
  const secret = randomBytes(32).toString('hex');
  await succeed(walk, 'cat > secret.txt', { input: secret });
  await follow(walk, 'putSecretFile', { replace: { '<source>': 'ivy' } });
  assert.equal(await storedSecret(walk, 'ivy'), secret);
  const previous = await versionOf(walk, 'gatepost/ivy', 'AWSPREVIOUS');
  assert.equal(previous?.SecretString, walk.secrets.get('ivy'));
  const id = previous?.VersionId ?? '';
  await follow(walk, 'revokeByHand', { replace: { '<source>': 'ivy', '<id>': id } });
  assert.equal(await versionOf(walk, 'gatepost/ivy', 'AWSPREVIOUS'), undefined);
  const { out } = await follow(walk, 'revoke', { replace: { '<source>': 'ivy' } });
  assert.match(out, /ivy has no previous secret/);
  return secret;
};

/** Avaza gets the new secret from the command: with a new subscription, while both secrets are valid. */
const rotateAvaza = async (walk: Walk): Promise<void> => {
  const leaked = walk.secrets.get('avaza') ?? '';
  const avaza = simulatedAvaza();
  const api = await startProviderApi(avaza.reply);
  const { AvazaHookUrl = '' } = await outputsOf(walk);
  try {
    await follow(walk, 'registerAtAvaza', {
      environment: { TOKEN: KEY },
      replace: {
        'https://api.avaza.com': api.url,
        'https://<api>/hooks': AvazaHookUrl.slice(0, AvazaHookUrl.lastIndexOf('/avaza/')),
        '<secret>': leaked,
      },
    });
    await follow(walk, 'leakedSecretAtOnce', {
      environment: { GATEPOST_AVAZA_API_KEY: KEY, GATEPOST_AVAZA_API_URL: api.url },
      replace: { altoviz: 'avaza', '--revoke-previous': '--revoke-previous --yes' },
    });
  } finally {
    await api.stop();
  }
  const current = await storedSecret(walk, 'avaza');
  assert.deepEqual(
    avaza.webhooks().map(({ EventCode, secret }) => [EventCode, secret]),
    [['timesheet_created', current]],
  );
  assert.equal(await status(walk, 'avaza', leaked), 401, 'the revoked secret is still valid');
  walk.secrets.set('avaza', current);
  await deliverAndExpect(walk, 200, 'avaza', await sign(walk, 'avaza'));
};

/** How a delivery is answered that is signed with a secret. */
const status = async (walk: Walk, source: string, secret: string): Promise<number> => {
  const signed = await sign({ ...walk, secrets: new Map([[source, secret]]) }, source);
  return (await deliver(walk, source, signed)).status;
};

/** A version of a secret, if there is one with this label. */
const versionOf = async ({ clients }: Walk, SecretId: string, VersionStage: string) =>
  clients.secrets.send(new GetSecretValueCommand({ SecretId, VersionStage })).catch((error: Error) => {
    if (error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  });
