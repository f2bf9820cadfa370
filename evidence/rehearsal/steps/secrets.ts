import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { documented } from '../customer/documented.ts';
import { gatepostJson, type Step, succeed, type Walk } from '../walk.ts';

/** Each source's secret, as the README sets it. */
export const secrets: Step = {
  title: 'Set the secrets',
  run: async (walk) => {
    for (const source of ['altoviz', 'avaza']) {
      await succeed(walk, `npx gatepost secret ${source} --generate`);
      const { out } = await succeed(walk, `npx gatepost secret ${source} --show`);
      walk.secrets.set(source, out.trim());
    }
    const ivy = randomBytes(32).toString('hex');
    // Another secret than that of Altoviz, by the command of docs/deploy.md.
    const put = (await documented('docs/deploy.md', 'put-secret-value')).replace(
      'gatepost/altoviz',
      'gatepost/ivy',
    );
    await succeed(walk, put, { environment: { SECRET: ivy } });
    walk.secrets.set('ivy', ivy);
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
export const setSecret = async (walk: Walk, source: string, secret: string): Promise<void> => {
  await succeed(walk, `npx gatepost secret ${source}`, { input: `${secret}\n` });
  walk.secrets.set(source, secret);
};
