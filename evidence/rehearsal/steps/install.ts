import assert from 'node:assert/strict';
import { readAssembly } from '../../../local/assembly/cloud-assembly.ts';
import { readEverything, refusedNames } from '../deploy.ts';
import { follow } from '../follow.ts';
import { deliverAndExpect, type Step, sign, succeed, type Walk } from '../walk.ts';

/** docs/deploy.md, from an empty account to a stack without secrets. */
export const install: Step = {
  title: 'Bootstrap, deploy, read back every resource',
  run: async (walk) => {
    await walk.customer.use(walk.assemblies.shipped);
    await writeBootstrapTemplate(walk);
    await follow(walk, 'bootstrap', {
      replace: { bootstrap: 'bootstrap --template bootstrap.yaml' },
    });
    const { account, region } = walk.target;
    const there = { '111122223333': account, 'eu-central-1': `${region} --template bootstrap.yaml` };
    await Promise.all([follow(walk, 'bootstrapThere', { replace: there }), follow(walk, 'synth')]);
    await failFirst(walk);
    await follow(walk, 'deployOverTable', {
      replace: { 'import-existing-resources': 'import-existing-resources --outputs-file outputs.json' },
    });
    const { out } = await succeed(walk, 'cat outputs.json');
    assert.match(JSON.parse(out).Gatepost.AltovizHookUrl, /\/hooks\/altoviz$/);
    await readEverything(walk, 'shipped');
    // Nothing is taken before there is a secret, and nothing unsigned ever.
    await deliverAndExpect(walk, 503, 'avaza', await sign(walk, 'avaza'));
  },
};

/**
 * Writes the CDK's own template with another spelling of the bucket's URL: MiniStack's CloudFormation fetches no template
 * from `<bucket>.s3.<region>.amazonaws.com`.
 */
const writeBootstrapTemplate = async (walk: Walk): Promise<void> => {
  const { out } = await succeed(walk, 'npx cdk bootstrap --show-template');
  const output = /Fn::Sub: .*StagingBucket\.RegionalDomainName.*/;
  assert.match(out, output);
  const url = 'Fn::Join: ["", ["s3.", {Ref: "AWS::Region"}, ".amazonaws.com/", {Ref: StagingBucket}]]';
  await succeed(walk, 'cat > bootstrap.yaml', { input: out.replace(output, url) });
};

/** The first deployment fails, as docs/deploy.md says: everything is removed except the table, which the next one adopts. */
const failFirst = async (walk: Walk): Promise<void> => {
  await walk.customer.use(walk.assemblies.broken);
  const { exitCode } = await walk.customer.run('npx cdk deploy');
  assert.equal(exitCode, 1, 'a deployment with a queue that can’t be made did not fail');
  await walk.customer.use(walk.assemblies.shipped);
  const { template } = await readAssembly(walk.assemblies.shipped);
  const stayed = (await refusedNames(walk, 'shipped')).map((id) => template.Resources[id]?.Type);
  assert.deepEqual(stayed, ['AWS::DynamoDB::Table']);
};
