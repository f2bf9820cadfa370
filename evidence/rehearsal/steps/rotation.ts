import assert from 'node:assert/strict';
import { deliver, deliverAndExpect, type Step, sign, succeed, until, type Walk } from '../walk.ts';

/** A secret is rotated, and the leaked one revoked. */
export const rotation: Step = {
  title: 'Rotate a secret, then revoke the previous one',
  run: async (walk) => {
    const leaked = walk.secrets.get('altoviz') ?? '';
    await succeed(walk, 'npx gatepost secret altoviz --generate');
    const { out } = await succeed(walk, 'npx gatepost secret altoviz --show');
    const current = out.trim();
    assert.notEqual(current, leaked);
    await until(
      'The new secret in use',
      async () => ((await status(walk, current)) === 200 ? true : undefined),
      35,
    );
    assert.equal(await status(walk, leaked), 200, 'the previous secret is valid for a while');

    await succeed(walk, 'npx gatepost secret altoviz --revoke-previous --yes');
    assert.equal(await status(walk, leaked), 401, 'the revoked secret is still valid');
    walk.secrets.set('altoviz', current);
    await deliverAndExpect(walk, 200, 'altoviz', await sign(walk, 'altoviz'));
  },
};

/** How a delivery is answered that is signed with a secret. */
const status = async (walk: Walk, secret: string): Promise<number> => {
  walk.secrets.set('altoviz', secret);
  return (await deliver(walk, 'altoviz', await sign(walk, 'altoviz'))).status;
};
