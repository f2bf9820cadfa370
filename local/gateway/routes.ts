export interface Route<Target> {
  /** `POST /hooks/ivvy`, or `$default` for requests without another route. */
  readonly key: string;
  readonly target: Target;
}

export interface RouteMatch<Target> {
  readonly route: Route<Target>;
  /** The values of the route's variables. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * Finds the route of a request. A fixed segment has priority over a variable, a variable over `{proxy+}`, a method over
 * `ANY`, and any of them over `$default`.
 *
 * @param path decoded, without its query.
 * @returns undefined where no route matches.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export const matchRoute = <Target>(
  routes: readonly Route<Target>[],
  method: string,
  path: string,
): RouteMatch<Target> | undefined => {
  const segments = path.split('/').slice(1);
  const matches = routes.flatMap((route) => {
    if (route.key === '$default') return [{ route, pathParameters: {}, rank: [FALLBACK] }];
    const [routeMethod, routePath = ''] = route.key.split(' ');
    if (routeMethod !== method && routeMethod !== 'ANY') return [];
    const matched = matchPath(routePath.split('/').slice(1), segments);
    return matched === undefined
      ? []
      : [{ route, ...matched, rank: [...matched.rank, routeMethod === 'ANY' ? 1 : 0] }];
  });
  const [best] = matches.sort((left, right) => compareRanks(left.rank, right.rank));
  return best && { route: best.route, pathParameters: best.pathParameters };
};

/** The ranks of a segment; the lowest is the best. */
const [FIXED, VARIABLE, GREEDY, FALLBACK] = [0, 1, 2, 3];

const matchPath = (pattern: readonly string[], segments: readonly string[]) => {
  const rank: number[] = [];
  const pathParameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index];
    if (segment === undefined) return undefined;
    const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(part) ?? [];
    if (name !== undefined && plus === '+') {
      pathParameters[name] = segments.slice(index).join('/');
      rank.push(GREEDY);
      return { rank, pathParameters };
    }
    if (name === undefined) {
      if (part !== segment) return undefined;
      rank.push(FIXED);
    } else {
      // A variable has no empty value.
      if (segment === '') return undefined;
      pathParameters[name] = segment;
      rank.push(VARIABLE);
    }
  }
  return pattern.length === segments.length ? { rank, pathParameters } : undefined;
};

const compareRanks = (left: readonly number[], right: readonly number[]): number => {
  for (const [index, rank] of left.entries()) {
    const difference = rank - (right[index] ?? FALLBACK);
    if (difference !== 0) return difference;
  }
  return 0;
};
