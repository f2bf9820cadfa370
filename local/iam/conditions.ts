import { AssemblyError } from '../assembly/template.ts';
import { arnFits, fits } from './wildcard.ts';

/** The condition keys of a request, in lower case, with their values. */
export type Context = Readonly<Record<string, string>>;

/** A condition of a statement, such as `Bool: { 'aws:SecureTransport': 'false' }`. */
export interface Condition {
  /** In lower case. */
  readonly key: string;
  readonly comparison: Comparison;
  readonly values: readonly string[];
  /** Whether no value may match, instead of at least one. */
  readonly negated: boolean;
  /** Whether the condition is true for a request without the key. */
  readonly ifExists: boolean;
}

/**
 * Reads the conditions of a statement. All of them must be true.
 *
 * @param written by operator and key; at least one of the values must match, or none with a negated operator.
 * @throws {AssemblyError} on an unknown operator or key: a guess could allow what AWS refuses.
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
  const comparison = plain.replace('Not', '');
  if (!isComparison(comparison))
    throw new AssemblyError(`${where}: the local stack does not know the condition operator ${operator}`);
  return { key: name, comparison, values, negated, ifExists };
};

/** Whether a condition is true for a request. */
export const holds = (
  { key, comparison, values, negated, ifExists }: Condition,
  context: Context,
): boolean => {
  const actual = context[key];
  if (actual === undefined) return ifExists || negated;
  return values.some((value) => COMPARISONS[comparison](actual, value)) !== negated;
};

const COMPARISONS = {
  ArnEquals: (actual: string, value: string) => arnFits(value, actual),
  ArnLike: (actual: string, value: string) => arnFits(value, actual),
  Bool: (actual: string, value: string) => actual === value.toLowerCase(),
  StringEquals: (actual: string, value: string) => actual === value,
  StringEqualsIgnoreCase: (actual: string, value: string) => actual.toLowerCase() === value.toLowerCase(),
  StringLike: (actual: string, value: string) => fits(value, actual),
} as const;

type Comparison = keyof typeof COMPARISONS;

const isComparison = (name: string): name is Comparison => Object.hasOwn(COMPARISONS, name);

/** The keys that a request has here, and those that a function's own requests never have. */
const KEYS: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:requestedregion',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
]);
