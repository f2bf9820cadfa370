import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { readAssembly } from '../../local/assembly/cloud-assembly.ts';
import type { Template } from '../../local/assembly/template.ts';

/**
 * Synthesizes an app without bundling its functions: their code does not change what they cost.
 *
 * @param app `example-app` is the shipped one, `small-app` has two sources and six entities.
 */
export const exampleTemplate = async (
  app: 'example-app' | 'small-app' = 'example-app',
): Promise<Template> => {
  const { context } = JSON.parse(await readFile(join(PROJECT_ROOT, 'cdk.json'), 'utf8'));
  const directory = await mkdtemp(join(tmpdir(), 'gatepost-cost-'));
  try {
    await promisify(execFile)(process.execPath, [`evidence/cost/${app}.ts`], {
      cwd: PROJECT_ROOT,
      env: {
        ...process.env,
        CDK_OUTDIR: directory,
        CDK_VALIDATION: 'false',
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, 'aws:cdk:bundling-stacks': [] }),
      },
    });
    return (await readAssembly(directory)).template;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};
