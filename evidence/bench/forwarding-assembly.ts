import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly FunctionName?: unknown; readonly Code?: { readonly S3Key?: string } };
}

/**
 * Writes an assembly like another, in which one function has other code, and nobody takes anything from a queue.
 *
 * @param functionName whose code it is: `gatepost-ingest-altoviz`.
 * @param bundle the code that it has instead.
 */
export const writeForwarding = async (
  assembly: string,
  forwarding: string,
  functionName: string,
  bundle: string,
): Promise<void> => {
  await mkdir(forwarding);
  const names = await readdir(assembly);
  const templateName = names.find((name) => name.endsWith('.template.json'));
  if (templateName === undefined) throw new Error('the assembly has no template');
  const template = JSON.parse(await readFile(join(assembly, templateName), 'utf8')) as {
    readonly Resources: Readonly<Record<string, Resource>>;
  };
  const code = Object.values(template.Resources).find(
    ({ Properties }) => Properties?.FunctionName === functionName,
  )?.Properties?.Code?.S3Key;
  if (code === undefined) throw new Error(`the assembly has no function ${functionName}`);
  const asset = `asset.${code.replace(/\.zip$/, '')}`;

  for (const name of names) {
    if (name !== templateName && name !== asset) await symlink(join(assembly, name), join(forwarding, name));
  }
  await mkdir(join(forwarding, asset));
  await copyFile(bundle, join(forwarding, asset, 'index.cjs'));
  const kept = Object.entries(template.Resources).filter(
    ([, { Type }]) => Type !== 'AWS::Lambda::EventSourceMapping',
  );
  await writeFile(
    join(forwarding, templateName),
    JSON.stringify({ ...template, Resources: Object.fromEntries(kept) }),
  );
};
