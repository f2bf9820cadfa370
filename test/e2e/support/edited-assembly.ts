import { mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../../../local/assembly/cloud-assembly.ts';
import type { Template, TemplateResource } from '../../../local/assembly/template.ts';

/** The assembly under test: where it is, and its template. */
export const assemblyUnderTest = async (): Promise<{
  readonly directory: string;
  readonly template: Template;
}> => {
  const directory = process.env.GATEPOST_TEST_ASSEMBLY;
  if (directory === undefined) throw new Error('synthesize-once.ts did not run');
  return { directory, template: (await readAssembly(directory)).template };
};

/**
 * Writes an assembly that has another template and all else of the one under test.
 *
 * @returns its directory; whoever asks removes it.
 */
export const writeEdited = async (template: Template): Promise<string> => {
  const { directory } = await assemblyUnderTest();
  const edited = await mkdtemp(join(tmpdir(), 'gatepost-edited-'));
  for (const name of await readdir(directory)) {
    if (name.endsWith('.template.json')) await writeFile(join(edited, name), JSON.stringify(template));
    else await symlink(join(directory, name), join(edited, name));
  }
  return edited;
};

/** The template with these functions only, and the routes that lead to them: a local stack of it starts at once. */
export const withFunctions = (template: Template, names: readonly string[]): Template => {
  const others = Object.entries(template.Resources).filter(
    ([, { Type, Properties = {} }]) =>
      Type === 'AWS::Lambda::Function' && !names.includes(String(Properties.FunctionName)),
  );
  const gone = new Set(others.map(([id]) => id));
  for (const type of [
    'AWS::ApiGatewayV2::Integration',
    'AWS::ApiGatewayV2::Route',
    'AWS::Lambda::Permission',
    'AWS::Lambda::EventSourceMapping',
  ]) {
    for (const [id, resource] of Object.entries(template.Resources)) {
      if (resource.Type === type && refersTo(gone, resource)) gone.add(id);
    }
  }
  const kept = Object.entries(template.Resources).filter(([id]) => !gone.has(id));
  return { ...template, Resources: Object.fromEntries(kept) };
};

const refersTo = (ids: ReadonlySet<string>, value: unknown): boolean => {
  if (typeof value === 'string') return ids.has(value);
  return (
    typeof value === 'object' && value !== null && Object.values(value).some((item) => refersTo(ids, item))
  );
};

/** The template with these environment variables for each function, beside its own. `NODE_OPTIONS` go behind what there is. */
export const withEnvironment = (template: Template, more: Readonly<Record<string, string>>): Template =>
  withEachFunction(template, (properties) => {
    const { Environment } = properties as {
      readonly Environment?: { readonly Variables: Readonly<Record<string, unknown>> };
    };
    if (Environment === undefined) return properties;
    const { Variables } = Environment;
    const NODE_OPTIONS = [Variables.NODE_OPTIONS, more.NODE_OPTIONS].filter(Boolean).join(' ');
    return { ...properties, Environment: { Variables: { ...Variables, ...more, NODE_OPTIONS } } };
  });

/** The template with one worker for each function, so that all of its requests go there. */
export const withOneWorkerEach = (template: Template): Template =>
  withEachFunction(template, (properties) => ({ ...properties, ReservedConcurrentExecutions: 1 }));

type Properties = NonNullable<TemplateResource['Properties']>;

const withEachFunction = (template: Template, change: (properties: Properties) => Properties): Template => ({
  ...template,
  Resources: Object.fromEntries(
    Object.entries(template.Resources).map(([id, resource]) => {
      const { Type, Properties = {} } = resource;
      if (Type !== 'AWS::Lambda::Function') return [id, resource];
      return [id, { ...resource, Properties: change(Properties) }];
    }),
  ),
});
