import type { Template } from 'aws-cdk-lib/assertions';

/** A resource's properties, as they stand in the template. */
// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of a hundred shapes; a wrong guess fails the test
export type Properties = any;

/** The properties of all resources of a type, by their names in AWS. */
export const byName = (template: Template, type: string): ReadonlyMap<string, Properties> =>
  new Map(
    Object.entries(template.findResources(type)).map(([id, { Properties }]) => [
      nameOf(template, { Ref: id }),
      Properties,
    ]),
  );

/** The name in AWS of what a `Ref` or `Fn::GetAtt` points to, or of what is joined from such. */
export const nameOf = (template: Template, reference: Properties): string => {
  const joined = reference['Fn::Join']?.[1];
  if (joined !== undefined) {
    return joined
      .map((part: Properties) => (typeof part === 'string' ? part : nameOf(template, part)))
      .join('');
  }
  const id: string = reference.Ref ?? reference['Fn::GetAtt'][0];
  const { Properties = {} } = template.toJSON().Resources[id] ?? {};
  // It has the account and the region in it.
  if (typeof Properties.BucketName === 'object') return nameOf(template, Properties.BucketName);
  return NAMES.map((name) => Properties[name]).find((value) => typeof value === 'string') ?? id;
};

const NAMES = [
  'QueueName',
  'FunctionName',
  'TableName',
  'LogGroupName',
  'AlarmName',
  'DashboardName',
  'TopicName',
  'RouteKey',
  'BucketName',
  'Name',
] as const;

/** All that a function may do, a line a statement, each sorted: `sqs:SendMessage on gatepost-intake.fifo`. */
export const permissions = (template: Template, functionName: string): readonly string[] => {
  const roleReference = byName(template, 'AWS::Lambda::Function').get(functionName).Role;
  const role = template.toJSON().Resources[roleReference['Fn::GetAtt'][0]].Properties;
  return role.Policies.flatMap(({ PolicyDocument }: Properties) =>
    PolicyDocument.Statement.map(({ Effect, Action, Resource, ...rest }: Properties) => {
      const resources = [Resource]
        .flat()
        .map((one) => nameOf(template, one))
        .sort();
      const more =
        Effect === 'Allow' && Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify({ Effect, ...rest })}`;
      return `${[Action].flat().sort().join(', ')} on ${resources.join(', ')}${more}`;
    }),
  );
};
