import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TemplateResource } from '../../../local/assembly/template.ts';

/** A directory of its own for a test; whoever asks removes it. */
export const temporaryDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), 'gatepost-test-'));

/**
 * Writes a cloud assembly as `cdk synth` would.
 *
 * @param functions the code of each function, as an ES module; the template names it by `Code: codeOf(name)`.
 * @returns its directory.
 */
export const writeAssembly = async (
  directory: string,
  resources: Readonly<Record<string, TemplateResource>>,
  functions: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const files: Record<string, unknown> = {};
  for (const [name, code] of Object.entries(functions)) {
    await mkdir(join(directory, `asset.${name}`), { recursive: true });
    await writeFile(join(directory, `asset.${name}`, 'index.mjs'), code);
    files[name] = {
      source: { path: `asset.${name}`, packaging: 'zip' },
      destinations: { here: { bucketName: 'assets', objectKey: `${name}.zip` } },
    };
  }
  const artifacts = {
    'Fixture.assets': { type: 'cdk:asset-manifest', properties: { file: 'Fixture.assets.json' } },
    Fixture: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Fixture.template.json' } },
  };
  await writeFile(join(directory, 'manifest.json'), JSON.stringify({ artifacts }));
  await writeFile(join(directory, 'Fixture.assets.json'), JSON.stringify({ files }));
  await writeFile(join(directory, 'Fixture.template.json'), JSON.stringify({ Resources: resources }));
  return directory;
};

/** Where a function of {@link writeAssembly} finds its code. */
export const codeOf = (name: string) => ({
  S3Bucket: 'assets',
  S3Key: `${name}.zip`,
});
