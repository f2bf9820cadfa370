import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import type { Source } from '../../lambdas/core/source.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';

/** The sources of a CDK app, and where they were read. */
export interface AppSources {
  /** `cdk.out`, or `the app in cdk.json`. */
  readonly from: string;
  readonly sources: readonly Source[];
}

const SourceSchema = v.object({
  name: v.string(),
  provider: v.string(),
  settings: v.record(v.string(), v.unknown()),
});

/**
 * Reads the sources of a CDK app without a deployment: from its `cdk.out` if that is newer than the app, else by
 * running the command in its `cdk.json`, as `cdk synth` does. The CDK takes a synthesized assembly for the command too.
 *
 * @param folder of the app, or a synthesized assembly.
 * @param beforeSynthesis is called before the seconds that it takes.
 * @throws {CliError} where there is neither, or the app fails.
 */
export const readAppSources = async (
  context: Context,
  folder: string,
  beforeSynthesis: () => Promise<void> = async () => undefined,
): Promise<AppSources> => {
  if (await exists(join(folder, 'manifest.json'))) return await assemblyAt(folder, folder);
  const app = await commandOf(folder);
  const named = resolve(folder, app.command);
  if (await isFolder(named)) return await namedAssembly(named);
  const output = join(folder, 'cdk.out');
  if (await isFresh(output, folder, app.command)) return await assemblyAt(output, output);
  await beforeSynthesis();
  context.note('Synthesizing the app in cdk.json …');
  const temporary = await mkdtemp(join(tmpdir(), 'gatepost-synth-'));
  try {
    await synthesize(context, folder, app, temporary);
    return await assemblyAt(temporary, 'the app in cdk.json');
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
};

const exists = async (path: string): Promise<boolean> => (await timeOf(path)) !== undefined;

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
};

const namedAssembly = async (folder: string): Promise<AppSources> => {
  if (await exists(join(folder, 'manifest.json'))) return await assemblyAt(folder, folder);
  throw new CliError(
    'usage',
    `cdk.json names the folder ${folder} as its app, which is no synthesized assembly: it has no manifest.json.`,
    'Synthesize it first, or name the command of the app.',
  );
};

const timeOf = async (path: string): Promise<number | undefined> => {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return undefined;
  }
};

/** Whether the output is newer than `cdk.json` and each file that the command names. */
const isFresh = async (output: string, folder: string, command: string): Promise<boolean> => {
  const made = await timeOf(join(output, 'manifest.json'));
  if (made === undefined) return false;
  const files = ['cdk.json', ...command.split(/\s+/)].map((name) => join(folder, name));
  const times = await Promise.all(files.map(timeOf));
  return times.every((time) => time === undefined || time <= made);
};

interface App {
  readonly command: string;
  readonly context: Readonly<Record<string, unknown>>;
}

const CdkJsonSchema = v.object({
  app: v.string(),
  context: v.optional(v.record(v.string(), v.unknown()), {}),
});

const commandOf = async (folder: string): Promise<App> => {
  try {
    const { app, context } = v.parse(
      CdkJsonSchema,
      JSON.parse(await readFile(join(folder, 'cdk.json'), 'utf8')),
    );
    return { command: app, context };
  } catch (cause) {
    throw new CliError(
      'usage',
      `There is no CDK app in ${folder}: no cdk.json with an "app".`,
      'Run the command in the folder of your app, name it with --app, or use --deployed for the settings of a deployment.',
      { cause },
    );
  }
};

/** @see https://docs.aws.amazon.com/cdk/v2/guide/configure-synth.html */
const synthesize = async (
  { interrupted }: Context,
  folder: string,
  { command, context }: App,
  output: string,
): Promise<void> => {
  const said: Buffer[] = [];
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(command, {
      shell: true,
      cwd: folder,
      signal: interrupted,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        CDK_OUTDIR: output,
        // No code is bundled: only the settings are read.
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, 'aws:cdk:bundling-stacks': [] }),
      },
    });
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (exitCode === 0) return;
  const last = Buffer.concat(said).toString().trim().slice(-2_000);
  throw new CliError('failed', `The app in ${join(folder, 'cdk.json')} failed: ${last}`);
};

const TemplateSchema = v.object({
  Resources: v.optional(
    v.record(v.string(), v.object({ Type: v.string(), Properties: v.optional(v.unknown()) })),
    {},
  ),
});

/** The sources in the environments of the functions in all templates. */
const assemblyAt = async (folder: string, from: string): Promise<AppSources> => {
  const files = await readdir(folder, { recursive: true });
  const templates = files.filter((name) => name.endsWith('.template.json')).toSorted();
  const sources = await Promise.all(templates.map((name) => sourcesIn(join(folder, name))));
  return { from, sources: sources.flat() };
};

const sourcesIn = async (path: string): Promise<readonly Source[]> => {
  const { success, output } = v.safeParse(TemplateSchema, JSON.parse(await readFile(path, 'utf8')));
  if (!success) return [];
  return Object.values(output.Resources).flatMap(({ Type, Properties }) => {
    if (Type !== 'AWS::Lambda::Function') return [];
    const source = Object(Object(Object(Properties).Environment).Variables).SOURCE;
    return typeof source === 'string' ? sourceIn(source) : [];
  });
};

const sourceIn = (text: string): readonly Source[] => {
  try {
    return [v.parse(SourceSchema, JSON.parse(text))];
  } catch {
    // Another function with a variable of that name.
    return [];
  }
};
