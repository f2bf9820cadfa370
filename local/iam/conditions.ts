import { AssemblyError } from '../assembly/template.ts';
import { arnFits, fits } from './wildcard.ts';

/** What is known of a request beside who asks for what: the condition keys, in lower case as they are compared. */
export type Context = Readonly<Record<string, string>>;

/** A condition of a statement, such as `Bool: { 'aws:SecureTransport': 'false' }`. */
export type Condition = (context: Context) => boolean;

/**
 * Reads the conditions of a statement. All of them have to hold.
 *
 * @param written by operator and key; of several values one has to fit, or with a negated operator none.
 * @throws {AssemblyError} on an operator or a key that the local stack doesn't know: a guess could allow what AWS refuses.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const readConditions = (
  written: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  where: string,
): readonly Condition[] =>
  Object.entries(written).flatMap(([operator, tests]) =>
    Object.entries(tests).map(([key, values]) =>
      readCondition(operator, key, [values].flat().map(String), where),
    ),
  );

const readCondition = (
  operator: string,
  key: string,
  values: readonly string[],
  where: string,
): Condition => {
  const name = key.toLowerCase();
  if (!KEYS.has(name))
    throw new AssemblyError(`${where}: the local stack does not know the condition key ${key}`);

  const ifExists = operator.endsWith('IfExists');
  const plain = ifExists ? operator.slice(0, -'IfExists'.length) : operator;
  const negated = plain.includes('Not');
  const compare = OPERATORS.get(plain.replace('Not', ''));
  if (compare === undefined)
    throw new AssemblyError(`${where}: the local stack does not know the condition operator ${operator}`);

  return (context) => {
    const actual = context[name];
    if (actual === undefined) return ifExists || negated;
    return values.some((value) => compare(actual, value)) !== negated;
  };
};

const OPERATORS: ReadonlyMap<string, (actual: string, value: string) => boolean> = new Map(
  Object.entries({
    ArnEquals: (actual, value) => arnFits(value, actual),
    ArnLike: (actual, value) => arnFits(value, actual),
    Bool: (actual, value) => actual === value.toLowerCase(),
    StringEquals: (actual, value) => actual === value,
    StringEqualsIgnoreCase: (actual, value) => actual.toLowerCase() === value.toLowerCase(),
    StringLike: (actual, value) => fits(value, actual),
  }),
);

/** Those that a request here has, and those that are known to be absent from what a function itself asks for. */
const KEYS: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:requestedregion',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
]);
