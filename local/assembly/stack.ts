import type { CloudAssembly } from './cloud-assembly.ts';
import { ATTRIBUTES } from './identities.ts';
import { NO_VALUE, resolve, resolveProperties, type Scope } from './intrinsics.ts';
import type { Place } from './place.ts';
import { AssemblyError, type Properties, type Template } from './template.ts';

/** A resource of the template, with the references in its properties resolved. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  /** The value of `Ref`: for a queue its URL, for a function its name. */
  readonly ref: string;
  /**
   * The value of `Fn::GetAtt`.
   *
   * @throws {AssemblyError} where the local stack has no such attribute.
   */
  attribute(name: string): string;
}

export interface Stack {
  readonly name: string;
  /** The resources of a type, in the template's order. */
  resources(type: string): readonly Resource[];
  /** The resource types of the template, each once. */
  readonly types: readonly string[];
  /** By name, without the outputs of resources that the local stack does not run, such as the dashboard. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Gives every resource of the template its name and address on this machine, and resolves the references. Creates nothing. */
export const placeStack = ({ stackName, template }: CloudAssembly, place: Place): Stack => {
  const known = new Map<string, Resource>();
  const inProgress = new Set<string>();

  const resource = (logicalId: string): Resource => {
    const found = known.get(logicalId);
    if (found !== undefined) return found;
    if (inProgress.has(logicalId)) throw new AssemblyError(`${logicalId} refers to itself`);
    inProgress.add(logicalId);
    const placed = placeResource(logicalId);
    known.set(logicalId, placed);
    return placed;
  };

  const placeResource = (logicalId: string): Resource => {
    const definition = template.Resources[logicalId];
    if (definition === undefined) throw new AssemblyError(`The template has no resource ${logicalId}`);
    if (!exists(logicalId))
      throw new AssemblyError(`${logicalId} is referred to, but its condition is false`);
    const { Type: type, Properties: written = {} } = definition;
    const identify = ATTRIBUTES[type];
    if (identify === undefined)
      throw new AssemblyError(`${logicalId} is referred to, but the local stack has no ${type}`);
    const property = (name: string): unknown =>
      name in written ? resolve(written[name], scope, `${logicalId}.Properties.${name}`) : undefined;
    const attributes = identify({ logicalId, stackName, place, property });
    return {
      logicalId,
      type,
      // Resolved on demand: a queue's policy may refer to the queue.
      get properties() {
        return resolveProperties(written, scope, `${logicalId}.Properties`);
      },
      ref: attributes.Ref,
      attribute: (name) => {
        const value = attributes[name];
        if (value === undefined)
          throw new AssemblyError(`${logicalId} has no attribute ${name} on the local stack`);
        return value;
      },
    };
  };

  const exists = (logicalId: string): boolean => {
    const condition = template.Resources[logicalId]?.Condition;
    return condition === undefined || scope.condition(condition);
  };

  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': place.accountId,
    'AWS::NoValue': NO_VALUE,
    'AWS::NotificationARNs': [],
    'AWS::Partition': 'aws',
    'AWS::Region': place.region,
    'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${stackName}/local`,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };

  const scope: Scope = {
    ref: (name) => {
      if (name in pseudo) return pseudo[name];
      const parameter = template.Parameters?.[name];
      if (parameter === undefined) return resource(name).ref;
      if (parameter.Default === undefined) throw new AssemblyError(`The parameter ${name} has no default`);
      return parameter.Default;
    },
    getAtt: (logicalId, attribute) => resource(logicalId).attribute(attribute),
    condition: (name) => {
      const condition = template.Conditions?.[name];
      if (condition === undefined) throw new AssemblyError(`The template has no condition ${name}`);
      return resolve(condition, scope, `Conditions.${name}`) === true;
    },
    findInMap: (map, key, subKey) => {
      const value = template.Mappings?.[map]?.[key]?.[subKey];
      if (value === undefined) throw new AssemblyError(`The mapping ${map} has no ${key}.${subKey}`);
      return value;
    },
  };

  const present = Object.entries(template.Resources).filter(([logicalId]) => exists(logicalId));
  return {
    name: stackName,
    types: [...new Set(present.map(([, { Type }]) => Type))],
    resources: (type) =>
      present.filter(([, { Type }]) => Type === type).map(([logicalId]) => resource(logicalId)),
    metadata: template.Metadata ?? {},
    get outputs() {
      return resolveOutputs(template, scope);
    },
  };
};

const resolveOutputs = ({ Outputs = {} }: Template, scope: Scope): Readonly<Record<string, string>> => {
  const outputs: Record<string, string> = {};
  for (const [name, { Value }] of Object.entries(Outputs)) {
    try {
      outputs[name] = String(resolve(Value, scope, `Outputs.${name}`));
    } catch (error) {
      // Refers to a resource that the local stack does not run.
      if (!(error instanceof AssemblyError)) throw error;
    }
  }
  return outputs;
};
