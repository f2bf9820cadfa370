import assert from 'node:assert/strict';
import { readAssembly } from '../../local/assembly/cloud-assembly.ts';
import type { Edit } from './app/edits.ts';
import { documented } from './customer/documented.ts';
import { refusedNames } from './deploy.ts';
import { follow } from './follow.ts';
import { EXAMPLE_PLACE, placeOf, succeed, type Walk } from './walk.ts';

/**
 * Deploys an edit over what stayed of an earlier stack or source, as docs/deploy.md says. Secrets are left out of the list: MiniStack's
 * CloudFormation can't import them. It takes them over when it creates them, so their values are set again afterwards.
 */
export const adopt = async (walk: Walk, edit: Edit): Promise<void> => {
  await walk.customer.use(walk.assemblies[edit]);
  assert.notDeepEqual(await refusedNames(walk, edit), [], 'nothing stayed');
  const block = await documented('adopt');
  const [list = '', ...rest] = block.split(/(?=^npx cdk import)/m);
  assert.match(rest.join(''), /^npx cdk import --resource-mapping retained\.json\nnpx cdk deploy\n$/);
  assert(list.includes(EXAMPLE_PLACE), 'the list does not name the bucket');
  await succeed(walk, list.replaceAll(EXAMPLE_PLACE, placeOf(walk)));
  const { out } = await succeed(walk, 'cat retained.json');
  const all = Object.entries<Readonly<Record<string, string>>>(JSON.parse(out));
  const importable = Object.fromEntries(all.filter(([, identifier]) => identifier.Id === undefined));
  await succeed(walk, 'cat > retained.json', { input: JSON.stringify(importable) });
  // Where the app has other changes too, it asks whether to go on. There is no terminal for the answer.
  await succeed(walk, 'npx cdk import --force --resource-mapping retained.json');
  const { template } = await readAssembly(walk.assemblies[edit]);
  const left = (await refusedNames(walk, edit)).map((id) => template.Resources[id]?.Type);
  assert.deepEqual([...new Set(left)], ['AWS::SecretsManager::Secret'], 'not everything was imported');
  await follow(walk, 'deploy');
  walk.followed.add('adopt');
};
