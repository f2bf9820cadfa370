/** A route of an HTTP API: `POST /hooks/ivvy`, or `$default` for whatever no other takes. */
export interface Route<Target> {
  readonly key: string;
  readonly target: Target;
}

/** A request's route. */
export interface RouteMatch<Target> {
  readonly route: Route<Target>;
  /** What stands in the path for the route's variables. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * Finds the route of a request. A fixed segment goes before a variable, a variable before `{proxy+}`, a method before
 * `ANY`, and any of them before `$default`.
 *
 * @param path decoded, without its query.
 * @returns undefined where no route takes it.
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

/** How good a segment fits, the smaller the better. */
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
    if (name === undefined && part !== segment) return undefined;
    // An empty segment is nothing that a variable could hold.
    if (name !== undefined && segment === '') return undefined;
    if (name !== undefined) pathParameters[name] = segment;
    rank.push(name === undefined ? FIXED : VARIABLE);
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
