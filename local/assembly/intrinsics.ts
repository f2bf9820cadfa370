import { AssemblyError, type Properties } from './template.ts';

/** The values that the intrinsic functions of a template refer to. */
export interface Scope {
  /**
   * A resource, a parameter or a pseudo parameter.
   *
   * @throws {AssemblyError} where there is none of that name.
   */
  ref(name: string): unknown;
  /** @throws {AssemblyError} where the resource has no such attribute here. */
  getAtt(logicalId: string, attribute: string): unknown;
  /** @throws {AssemblyError} where there is no condition of that name. */
  condition(name: string): boolean;
  /** @throws {AssemblyError} where the mapping has no such entry. */
  findInMap(map: string, key: string, subKey: string): unknown;
}

/** `AWS::NoValue`: a property with this value counts as absent. */
export const NO_VALUE = Symbol('AWS::NoValue');

/**
 * Evaluates the intrinsic functions in a value of the template, as CloudFormation does.
 *
 * @param where the place in the template, for the message.
 * @throws {AssemblyError} on a function that the local stack doesn't support.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export const resolve = (value: unknown, scope: Scope, where: string): unknown => {
  if (typeof value === 'string') {
    if (value.includes('{{resolve:'))
      throw new AssemblyError(`${where}: dynamic references are not resolved on the local stack`);
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => resolve(item, scope, `${where}[${index}]`)).filter(hasValue);
  }
  if (typeof value !== 'object' || value === null) return value;

  const entries = Object.entries(value);
  const [only] = entries;
  if (only !== undefined && entries.length === 1 && isIntrinsic(only[0])) {
    return call(only[0], only[1], scope, where);
  }
  return Object.fromEntries(
    entries
      .map(([name, item]) => [name, resolve(item, scope, `${where}.${name}`)] as const)
      .filter(([, item]) => hasValue(item)),
  );
};

/** {@link resolve} for the properties of a resource. */
export const resolveProperties = (properties: Properties, scope: Scope, where: string): Properties =>
  resolve(properties, scope, where) as Properties;

const hasValue = (value: unknown): boolean => value !== NO_VALUE;

const isIntrinsic = (name: string): boolean =>
  name === 'Ref' || name === 'Condition' || name.startsWith('Fn::');

type Intrinsic = (argument: unknown, scope: Scope, where: string) => unknown;

const call = (name: string, argument: unknown, scope: Scope, where: string): unknown => {
  const intrinsic = INTRINSICS[name];
  if (intrinsic === undefined)
    throw new AssemblyError(`${where}: the local stack does not support the function ${name}`);
  return intrinsic(argument, scope, where);
};

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => scope.ref(String(name)),
  Condition: (name, scope) => scope.condition(String(name)),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, ...attribute] = Array.isArray(argument) ? argument : String(argument).split('.');
    return scope.getAtt(String(logicalId), attribute.join('.'));
  },
  'Fn::Join': (argument, scope, where) => {
    const [separator, items] = list(argument, scope, where);
    return (items as readonly unknown[]).join(String(separator));
  },
  'Fn::Split': (argument, scope, where) => {
    const [separator, text] = list(argument, scope, where);
    return String(text).split(String(separator));
  },
  'Fn::Select': (argument, scope, where) => {
    const [index, items] = list(argument, scope, where);
    return (items as readonly unknown[])[Number(index)];
  },
  'Fn::Sub': (argument, scope, where) => {
    const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
    const values = resolve(own, scope, where) as Properties;
    return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal !== '') return `\${${name}}`;
      if (name in values) return String(values[name]);
      const [logicalId = '', ...attribute] = name.split('.');
      return String(attribute.length === 0 ? scope.ref(name) : scope.getAtt(logicalId, attribute.join('.')));
    });
  },
  'Fn::FindInMap': (argument, scope, where) => {
    const [map, key, subKey] = list(argument, scope, where);
    return scope.findInMap(String(map), String(key), String(subKey));
  },
  'Fn::Base64': (argument, scope, where) =>
    Buffer.from(String(resolve(argument, scope, where))).toString('base64'),
  'Fn::If': (argument, scope, where) => {
    const [name, whenTrue, whenFalse] = argument as readonly unknown[];
    return resolve(scope.condition(String(name)) ? whenTrue : whenFalse, scope, where);
  },
  'Fn::Equals': (argument, scope, where) => {
    const [left, right] = list(argument, scope, where);
    return left === right;
  },
  'Fn::Not': (argument, scope, where) => list(argument, scope, where)[0] !== true,
  'Fn::And': (argument, scope, where) => list(argument, scope, where).every((item) => item === true),
  'Fn::Or': (argument, scope, where) => list(argument, scope, where).some((item) => item === true),
};

const list = (argument: unknown, scope: Scope, where: string): readonly unknown[] =>
  resolve(argument, scope, where) as readonly unknown[];
