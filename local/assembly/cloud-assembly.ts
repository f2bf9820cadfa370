import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssemblyError, type Template } from './template.ts';

/** A stack of a synthesized CDK app. */
export interface CloudAssembly {
  readonly stackName: string;
  readonly template: Template;
  /**
   * The directory of a function's code.
   *
   * @param objectKey the asset's name in S3: `<hash>.zip`.
   * @throws {AssemblyError} where the assembly has no such directory.
   */
  assetDirectory(objectKey: string): string;
}

/**
 * Reads a cloud assembly that has one stack.
 *
 * @param directory the output of `cdk synth`, such as `cdk.out`.
 * @throws {AssemblyError} where there is no assembly, or not exactly one stack.
 * @see https://docs.aws.amazon.com/cdk/v2/guide/configure-synth.html#configure-synth-assembly
 */
export const readAssembly = async (directory: string): Promise<CloudAssembly> => {
  const { artifacts = {} } = await readJson<Manifest>(directory, 'manifest.json');
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const [stack, ...others] = stacks;
  if (stack === undefined || others.length > 0) {
    const names = stacks.map(([name]) => name).join(', ') || 'none';
    throw new AssemblyError(
      `The local stack runs one stack, but ${directory} has ${stacks.length}: ${names}`,
    );
  }

  const [id, { properties = {} }] = stack;
  const template = await readJson<Template>(directory, properties.templateFile ?? `${id}.template.json`);
  const assets = await readAssets(directory, artifacts);
  return {
    stackName: properties.stackName ?? id,
    template,
    assetDirectory: (objectKey) => {
      const path = assets.get(objectKey);
      if (path === undefined)
        throw new AssemblyError(`There is no directory for the asset ${objectKey} in ${directory}`);
      return path;
    },
  };
};

interface Manifest {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
}

interface Artifact {
  readonly type: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
  };
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, FileAsset>>;
}

interface FileAsset {
  readonly source: { readonly path?: string; readonly packaging?: string };
  readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
}

/** The directories that `cdk deploy` would zip and upload, by their names in S3. */
const readAssets = async (
  directory: string,
  artifacts: Readonly<Record<string, Artifact>>,
): Promise<ReadonlyMap<string, string>> => {
  const assets = new Map<string, string>();
  for (const { type, properties } of Object.values(artifacts)) {
    if (type !== 'cdk:asset-manifest' || properties?.file === undefined) continue;
    const { files = {} } = await readJson<AssetManifest>(directory, properties.file);
    for (const { source, destinations } of Object.values(files)) {
      if (source.packaging !== 'zip' || source.path === undefined) continue;
      for (const { objectKey } of Object.values(destinations)) {
        assets.set(objectKey, join(directory, source.path));
      }
    }
  }
  return assets;
};

const readJson = async <T>(directory: string, name: string): Promise<T> => {
  const path = join(directory, name);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (cause) {
    throw new AssemblyError(`${path} can't be read: is this the output of cdk synth?`, { cause });
  }
};
