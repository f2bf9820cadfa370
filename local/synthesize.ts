import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** The CDK app failed. */
export class SynthesisError extends Error {
  override readonly name = 'SynthesisError';
  /** The output of the app. */
  readonly output: string;

  constructor(message: string, output: string) {
    super(message);
    this.output = output;
  }
}

/**
 * Synthesizes the CDK app of a project: runs the command of its `cdk.json` like the CDK CLI, which needs four times as long.
 *
 * @param project the directory of `cdk.json`.
 * @param output the directory of the cloud assembly. Older files in it may remain.
 * @param command Default: that of `cdk.json`.
 * @throws {SynthesisError} where the app fails.
 */
export const synthesize = async (project: string, output: string, command?: string): Promise<void> => {
  const { app, context } = await readConfiguration(project);
  const child = spawn(command ?? app, {
    cwd: project,
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      // https://docs.aws.amazon.com/cdk/v2/guide/context.html and the CLI's own `execProgram`
      CDK_OUTDIR: output,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      // Validating the template takes half of the time; `cdk synth` and the tests do it.
      CDK_VALIDATION: 'false',
    },
  });
  const [[exitCode], out, err] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  if (exitCode !== 0)
    throw new SynthesisError(`The CDK app failed: ${command ?? app}`, `${out}${err}`.trim());
};

interface CdkConfiguration {
  readonly app: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** Reads `cdk.json`, and the cached lookups in `cdk.context.json`. */
const readConfiguration = async (project: string): Promise<CdkConfiguration> => {
  const { app, context = {} } = JSON.parse(
    await readFile(join(project, 'cdk.json'), 'utf8'),
  ) as Partial<CdkConfiguration>;
  if (app === undefined) throw new SynthesisError('cdk.json names no app', '');
  return { app, context: { ...context, ...(await readLookups(project)) } };
};

const readLookups = async (project: string): Promise<CdkConfiguration['context']> => {
  try {
    return JSON.parse(await readFile(join(project, 'cdk.context.json'), 'utf8'));
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
};
