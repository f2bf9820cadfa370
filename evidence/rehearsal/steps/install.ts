import assert from 'node:assert/strict';
import { documented } from '../customer/documented.ts';
import { deploy, readEverything } from '../deploy.ts';
import { deliverAndExpect, type Step, sign, succeed } from '../walk.ts';

/** docs/deploy.md, from an empty account to a stack without secrets. */
export const install: Step = {
  title: 'Bootstrap, deploy, read back every resource',
  run: async (walk) => {
    await walk.customer.use(walk.assemblies.shipped);
    const bootstrap = await documented('docs/deploy.md', 'npx cdk bootstrap');
    // The packages are there already.
    await succeed(walk, bootstrap.replace('npm ci\n', ''));
    await succeed(walk, 'npx cdk synth --quiet');
    await deploy(walk, 'shipped', '--outputs-file outputs.json');
    const { out } = await succeed(walk, 'cat outputs.json');
    assert.match(JSON.parse(out).Gatepost.AltovizHookUrl, /\/hooks\/altoviz$/);
    await readEverything(walk, 'shipped');
    // Nothing is taken before there is a secret, and nothing unsigned ever.
    await deliverAndExpect(walk, 503, 'avaza', await sign(walk, 'avaza'));
  },
};
