import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { follow } from '../follow.ts';
import { gatepostJson, type Step, succeed, type Walk } from '../walk.ts';

/** Each source's secret, as the README sets it. */
export const secrets: Step = {
  title: 'Set the secrets',
  run: async (walk) => {
    const augustus = `whsec_${randomBytes(24).toString('base64')}`;
    await follow(walk, 'firstSecrets', { input: `${augustus}\n` });
    walk.secrets.set('augustus', augustus);
    walk.secrets.set('altoviz', await storedSecret(walk, 'altoviz'));
    const ivy = randomBytes(32).toString('hex');
    await follow(walk, 'putProvidersSecret', { environment: { SECRET: ivy } });
    walk.secrets.set('ivy', ivy);
    const avaza = randomBytes(32).toString('hex');
    await follow(walk, 'putSecret', { replace: { altoviz: 'avaza' }, environment: { SECRET: avaza } });
    walk.secrets.set('avaza', avaza);
    await deleteAndRestore(walk, 'avaza');
    const sources = await gatepostJson<readonly { readonly source: string; readonly secret?: string }[]>(
      walk,
      'sources',
    );
    assert.deepEqual(
      sources.map(({ source, secret }) => `${source} ${secret ?? 'none'}`),
      ['altoviz set', 'augustus set', 'avaza set', 'ivvy none', 'ivy set'],
    );
  },
};

/** docs/runbook.md: a secret that was deleted. */
const deleteAndRestore = async (walk: Walk, source: string): Promise<void> => {
  await succeed(walk, `aws secretsmanager delete-secret --secret-id gatepost/${source}`);
  const { exitCode } = await walk.customer.run(`npx gatepost secret ${source} --show`);
  assert.notEqual(exitCode, 0, 'a deleted secret is shown');
  await follow(walk, 'restoreSecret', { replace: { '<source>': source } });
  assert.equal(await storedSecret(walk, source), walk.secrets.get(source));
};

/** The secret of a source as the command shows it. */
export const storedSecret = async (walk: Walk, source: string): Promise<string> => {
  const { out } = await succeed(walk, `npx gatepost secret ${source} --show`);
  return out.trim();
};

/** Stores a secret that the provider made. */
export const setSecret = async (walk: Walk, source: string, secret: string): Promise<void> => {
  await succeed(walk, `npx gatepost secret ${source}`, { input: `${secret}\n` });
  walk.secrets.set(source, secret);
};
