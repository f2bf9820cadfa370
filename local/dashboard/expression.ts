/** Undefined: no data. */
export type Value = number | undefined;

/** Unsupported metric math. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

/**
 * Computes the part of metric math that Gatepost uses, for one point in time: numbers, names, `+ - * /`, comparisons, `IF`,
 * `FILL` with a number, and `SUM`, `MAX` of a list, which ignore missing values. Elsewhere a missing value makes the result
 * missing.
 *
 * @throws {ExpressionError} on anything else.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export const compute = (expression: string, lookUp: (id: string) => Value): Value => {
  const tokens = expression.match(/\d+(\.\d+)?(e[+-]?\d+)?|[A-Za-z_]\w*|>=|<=|==|!=|\S/g) ?? [];
  let position = 0;
  const peek = (): string | undefined => tokens[position];
  const take = (expected?: string): string => {
    const token = tokens[position++];
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new ExpressionError(`${expression}: ${expected ?? 'more'} expected, not ${token ?? 'its end'}`);
    }
    return token;
  };

  const binary =
    (operators: Readonly<Record<string, (left: number, right: number) => number>>, operand: () => Value) =>
    (): Value => {
      let left = operand();
      for (let token = peek(); token !== undefined && Object.hasOwn(operators, token); token = peek()) {
        const operator = operators[take()];
        const right = operand();
        left = left === undefined || right === undefined ? undefined : operator?.(left, right);
      }
      return left;
    };

  const list = (): readonly number[] => {
    const values: Value[] = [];
    for (let end = take('['); end !== ']'; end = take()) values.push(comparison());
    return values.filter((value) => value !== undefined);
  };

  const call = (name: string): Value => {
    take('(');
    if (name === 'IF') {
      const condition = comparison();
      take(',');
      const then = comparison();
      take(',');
      const otherwise = comparison();
      take(')');
      if (condition === undefined) return undefined;
      return condition === 0 ? otherwise : then;
    }
    if (name === 'FILL') {
      const value = comparison();
      take(',');
      const instead = comparison();
      take(')');
      return value ?? instead;
    }
    const combine = LISTS[name];
    if (combine === undefined) throw new ExpressionError(`${expression}: ${name} is not supported`);
    const values = list();
    take(')');
    return values.length === 0 ? undefined : combine(values);
  };

  const primary = (): Value => {
    const token = take();
    if (token === '(') {
      const value = comparison();
      take(')');
      return value;
    }
    if (/^\d/.test(token)) return Number(token);
    if (/^[A-Z]/.test(token)) return call(token);
    if (/^[a-z]/.test(token)) return lookUp(token);
    throw new ExpressionError(`${expression}: ${token} is not supported`);
  };
  const product = binary(PRODUCT, primary);
  const sum = binary(SUM, product);
  const comparison: () => Value = binary(COMPARISON, sum);

  const value = comparison();
  if (peek() !== undefined) throw new ExpressionError(`${expression}: ${peek()} is unexpected`);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
};

const LISTS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  MAX: (values) => Math.max(...values),
};

const PRODUCT = {
  '*': (left: number, right: number) => left * right,
  '/': (left: number, right: number) => left / right,
} as const;

const SUM = {
  '+': (left: number, right: number) => left + right,
  '-': (left: number, right: number) => left - right,
} as const;

const COMPARISON = {
  '>=': (left: number, right: number) => Number(left >= right),
  '<=': (left: number, right: number) => Number(left <= right),
  '>': (left: number, right: number) => Number(left > right),
  '<': (left: number, right: number) => Number(left < right),
  '==': (left: number, right: number) => Number(left === right),
  '!=': (left: number, right: number) => Number(left !== right),
} as const;
