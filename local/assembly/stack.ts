import type { CloudAssembly } from './cloud-assembly.ts';
import { ATTRIBUTES, type Names } from './identities.ts';
import { NO_VALUE, resolve, resolveProperties, type Scope } from './intrinsics.ts';
import type { Place } from './place.ts';
import { AssemblyError, type Properties, type Template } from './template.ts';

/** A resource of the template, with every reference in its properties replaced by what it refers to on this machine. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  /** What `Ref` gives: for a queue its URL, for a function its name. */
  readonly ref: string;
  /**
   * What `Fn::GetAtt` gives.
   *
   * @throws {AssemblyError} where it has no such attribute here.
   */
  attribute(name: string): string;
}

export interface Stack {
  readonly name: string;
  /** The resources of a type, in the template's order. */
  resources(type: string): readonly Resource[];
  /** The resource types of the template, each once. */
  readonly types: readonly string[];
  /** The stack's outputs by their names, without those that name something that the local stack has not, such as the dashboard. */
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Gives every resource of the template its name and address on this machine, and resolves what refers to it. Creates
 * nothing yet.
 */
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
      throw new AssemblyError(`${logicalId} is referred to, and the local stack has no ${type}`);
    const property = (name: string): unknown =>
      name in written ? resolve(written[name], scope, `${logicalId}.Properties.${name}`) : undefined;
    const names: Names = { logicalId, stackName, place, property };
    const attributes = identify(names);
    return {
      logicalId,
      type,
      // Later than the names: a policy of a queue may refer to the queue.
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
      // A resource that the local stack does not run has no name here.
      if (!(error instanceof AssemblyError)) throw error;
    }
  }
  return outputs;
};
