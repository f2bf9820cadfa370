import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { gatepostJson, type Step, succeed } from '../walk.ts';

/** Each source's secret, as the README sets it. */
export const secrets: Step = {
  title: 'Set the secrets',
  run: async (walk) => {
    for (const source of ['altoviz', 'avaza']) {
      await succeed(walk, `npx gatepost secret ${source} --generate`);
      const { out } = await succeed(walk, `npx gatepost secret ${source} --show`);
      walk.secrets.set(source, out.trim());
    }
    await setSecret(walk, 'ivy', randomBytes(32).toString('hex'));
    await setSecret(walk, 'augustus', `whsec_${randomBytes(24).toString('base64')}`);
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

/** Stores a secret that the provider made. */
export const setSecret = async (
  walk: Parameters<Step['run']>[0],
  source: string,
  secret: string,
): Promise<void> => {
  await succeed(walk, `npx gatepost secret ${source}`, { input: `${secret}\n` });
  walk.secrets.set(source, secret);
};
