import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Properties, Template, TemplateResource } from '../../../local/assembly/template.ts';

/**
 * Changes an assembly so that MiniStack can deploy it: with stand-ins for what MiniStack lacks (`limits.ts`), and with functions
 * that find the simulated hosts of the internet.
 *
 * @param directory the assembly, which is changed.
 * @param preload the URL of the module that is loaded before each function.
 */
export const adaptAssembly = async (directory: string, preload: string): Promise<void> => {
  const names = await readdir(directory);
  for (const name of names.filter((file) => file.endsWith('.template.json'))) {
    const template: Template = JSON.parse(await readFile(join(directory, name), 'utf8'));
    await replaceAsset(directory, name, JSON.stringify(adapt(template, preload)));
  }
};

const SEND = 'sqs:SendMessage';

/** `arn:aws:logs:…:log-group:name:*` and in addition `arn:aws:logs:…:log-group:name` */
const withLogGroups = (arns: unknown): readonly unknown[] =>
  [arns].flat().flatMap((arn) => [arn, { 'Fn::Select': [0, { 'Fn::Split': [':*', arn] }] }]);

/** The template with stand-ins. */
export const adapt = (template: Template, preload: string): Template => {
  const isSecret = (id: unknown): boolean =>
    template.Resources[String(id)]?.Type === 'AWS::SecretsManager::Secret';
  const text = JSON.stringify(template, (_, value) => {
    if (isSecret(value?.Ref)) return { 'Fn::GetAtt': [value.Ref, 'Id'] };
    if (value?.Action === SEND) return { ...value, Action: [SEND, `${SEND}Batch`] };
    if (value?.Action === 'logs:FilterLogEvents')
      return { ...value, Resource: withLogGroups(value.Resource) };
    return value;
  });
  const { Resources, ...rest }: Template = JSON.parse(text);
  const adapted = Object.entries(Resources).map(([id, one]) => [id, adaptResource(one, preload)] as const);
  return { ...rest, Resources: Object.fromEntries(adapted) };
};

const adaptResource = (resource: TemplateResource, preload: string): TemplateResource => {
  const { Type, Properties = {} } = resource;
  if (Type === 'AWS::Lambda::Function') return { ...resource, Properties: withPreload(Properties, preload) };
  if (Type === 'AWS::CloudWatch::Alarm' && Properties.Metrics !== undefined)
    return { ...resource, Properties: firstMetric(Properties) };
  return resource;
};

const withPreload = (properties: Properties, preload: string): Properties => {
  const { Variables = {} } = (properties.Environment ?? {}) as { readonly Variables?: Properties };
  const NODE_OPTIONS = `${Variables.NODE_OPTIONS ?? ''} --import=${preload}`.trim();
  return { ...properties, Environment: { Variables: { ...Variables, NODE_OPTIONS } } };
};

interface MetricQuery {
  readonly MetricStat?: { readonly Metric: Properties; readonly Period: number; readonly Stat: string };
}

const firstMetric = ({ Metrics, ...rest }: Properties): Properties => {
  const stats = (Metrics as readonly MetricQuery[]).flatMap(({ MetricStat }) => MetricStat ?? []);
  const [{ Metric = {}, Period = 60, Stat = 'Sum' } = {}] = stats;
  return { ...rest, ...Metric, Period, Statistic: Stat };
};

/**
 * Replaces a file of the assembly. Its name in the bucket is its digest, so that the CDK uploads it.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 */
const replaceAsset = async (directory: string, name: string, content: string): Promise<void> => {
  const manifest = join(directory, name.replace('.template.json', '.assets.json'));
  const { files } = JSON.parse(await readFile(manifest, 'utf8')) as {
    readonly files: Readonly<Record<string, { readonly source: { readonly path: string } }>>;
  };
  const [digest = ''] = Object.entries(files).find(([, { source }]) => source.path === name) ?? [];
  const changed = createHash('sha256').update(content).digest('hex');
  for (const path of [manifest, join(directory, 'manifest.json')])
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll(digest, changed));
  await writeFile(join(directory, name), content);
  // What an earlier deployment from this directory uploaded.
  await rm(join(directory, '.cache'), { recursive: true, force: true });
};
