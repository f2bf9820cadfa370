import type { Properties, Template } from '../../../local/assembly/template.ts';

/** One action on one resource that a function's role allows. */
export interface Grant {
  readonly functionName: string;
  /** `sqs:SendMessage` */
  readonly action: string;
  /** The name of the resource in AWS: `gatepost-intake.fifo`. */
  readonly resource: string;
  /** The template without this grant, and with all others. */
  readonly without: Template;
}

/** Every grant of every function, one an action and resource. */
export const grantsOf = (template: Template): readonly Grant[] =>
  Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .flatMap(({ Properties = {} }) => {
      const [role = ''] = (Properties.Role as GetAtt)['Fn::GetAtt'];
      const functionName = String(Properties.FunctionName);
      return pairsOf(template, role).map((pair): Grant => {
        const { action, resource } = pair;
        return {
          functionName,
          action,
          resource: nameOf(template, resource),
          get without() {
            return withRole(template, role, (other) => !isSame(other, pair));
          },
        };
      });
    });

type GetAtt = { readonly 'Fn::GetAtt': readonly string[] };
type Joined = { readonly 'Fn::Join': readonly [string, readonly (string | GetAtt)[]] };
type Reference = GetAtt | Joined | { readonly Ref: string };

interface Pair {
  readonly action: string;
  readonly resource: Reference;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: Reference | readonly Reference[];
}

const statementsOf = (template: Template, role: string): readonly Statement[] => {
  const { Policies = [] } = (template.Resources[role]?.Properties ?? {}) as {
    readonly Policies?: readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[];
  };
  return Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
};

const pairsOf = (template: Template, role: string): readonly Pair[] =>
  statementsOf(template, role).flatMap(({ Effect, Action, Resource, ...rest }) => {
    if (Effect !== 'Allow' || Object.keys(rest).length > 0)
      throw new Error(`${role} does more than allow, and this test must learn it`);
    return [Action].flat().flatMap((action) => [Resource].flat().map((resource) => ({ action, resource })));
  });

const isSame = (one: Pair, other: Pair): boolean =>
  one.action === other.action && JSON.stringify(one.resource) === JSON.stringify(other.resource);

const withRole = (template: Template, role: string, kept: (pair: Pair) => boolean): Template => {
  const Statement = pairsOf(template, role)
    .filter(kept)
    .map(({ action, resource }) => ({ Effect: 'Allow', Action: action, Resource: resource }));
  return withProperties(template, role, {
    Policies: [{ PolicyName: 'Only', PolicyDocument: { Version: '2012-10-17', Statement } }],
  });
};

const nameOf = (template: Template, reference: Reference): string => {
  if ('Fn::Join' in reference) {
    const [separator, parts] = reference['Fn::Join'];
    return parts.map((part) => (typeof part === 'string' ? part : nameOf(template, part))).join(separator);
  }
  const id = 'Ref' in reference ? reference.Ref : String(reference['Fn::GetAtt'][0]);
  const { Properties = {} } = template.Resources[id] ?? {};
  return String(NAMES.map((name) => Properties[name]).find((name) => name !== undefined) ?? id);
};

const NAMES = ['QueueName', 'TableName', 'LogGroupName', 'Name'];

/** The template with some properties of a resource replaced. */
export const withProperties = (template: Template, logicalId: string, properties: Properties): Template => {
  const resource = template.Resources[logicalId];
  if (resource === undefined) throw new Error(`There is no ${logicalId}`);
  return {
    ...template,
    Resources: {
      ...template.Resources,
      [logicalId]: { ...resource, Properties: { ...resource.Properties, ...properties } },
    },
  };
};
