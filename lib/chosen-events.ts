import { readEventPattern, writeEventPattern } from '../lambdas/core/event-pattern.ts';
import { nearestName } from '../lambdas/core/unknown-name.ts';
import { type Catalogue, entitiesOf, meaningIn } from '../lambdas/providers/shared/catalogue.ts';
import { fits } from '../lambdas/providers/shared/selection.ts';
import { SettingError } from './setting-error.ts';

/**
 * Checks the events that a source lets in. Here, and not in a function, which has to read lists that were checked against an
 * earlier catalogue.
 *
 * @param events the source's setting, which is a list of texts. Default: all come in.
 * @throws {SettingError} naming the source and what to write instead.
 */
export const checkChosenEvents = (
  source: string,
  events: readonly string[] | undefined,
  catalogue: Catalogue,
): void => {
  const known = new Map<string, string>();
  for (const text of events ?? []) {
    const fault = faultOf(text, catalogue, known);
    if (fault !== undefined) throw new SettingError(`Source "${source}": events: ${fault}`);
  }
};

/** @param known the texts before it, by what they mean. */
const faultOf = (text: string, catalogue: Catalogue, known: Map<string, string>): string | undefined => {
  const pattern = readEventPattern(text);
  const isName = Object.hasOwn(catalogue, text);
  if (!isName && pattern !== undefined && (pattern.source !== '*' || pattern.provider !== '*')) {
    const { entity, action } = pattern;
    return `"${text}" must not name a source or a provider, since it is about this source: "${entity}.${action}"`;
  }
  if (!Object.keys(catalogue).some((name) => fits(text, catalogue, name))) {
    return `"${text}" fits none of the source's events; ${nearest(text, catalogue)}`;
  }
  const meaning = isName || pattern === undefined ? text : writeEventPattern(pattern);
  const before = known.get(meaning);
  known.set(meaning, text);
  if (before === undefined) return undefined;
  return before === text
    ? `"${text}" must be in the list once`
    : `"${text}" means the same as "${before}"; leave one of them out`;
};

/** What would fit instead: the nearest pattern or name, or else what there is. */
const nearest = (text: string, catalogue: Catalogue): string => {
  const meanings = Object.values(catalogue);
  const parts = meanings.map(meaningIn);
  const found = nearestName(text, [
    ...parts.map(({ entity }) => `${entity}.*`),
    ...meanings,
    ...parts.map(({ action }) => `*.${action}`),
    ...Object.keys(catalogue),
  ]);
  return found === undefined
    ? `it has events of ${entitiesOf(catalogue).join(', ')}, such as "${meanings[0]}"`
    : `did you mean "${found}"?`;
};
