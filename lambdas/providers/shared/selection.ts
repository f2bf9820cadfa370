import { matchesPattern, readEventPattern } from '../../core/event-pattern.ts';
import { madeOnce } from '../../core/remembered.ts';
import { type Catalogue, meaningIn } from './catalogue.ts';

/**
 * The names of the catalogue that a source does not let in. A name that the catalogue doesn’t list is never one of them, and
 * comes in.
 *
 * @param settings of the source. Without `events` all come in.
 */
export const leftOutBy = (catalogue: Catalogue, settings: unknown): ReadonlySet<string> => {
  const { events } = Object(settings) as { readonly events?: readonly string[] };
  return events === undefined ? NONE : readOnce(events)(catalogue);
};

const NONE: ReadonlySet<string> = new Set();

/** Whether a pattern, or a name of the provider's own, fits an event of the catalogue. A text may be both. */
export const fits = (text: string, catalogue: Catalogue, name: string): boolean => {
  if (text === name) return true;
  const [pattern, meaning] = [readEventPattern(text), catalogue[name]];
  if (pattern === undefined || meaning === undefined) return false;
  return matchesPattern(pattern, { source: '', provider: '', ...meaningIn(meaning) });
};

/** A function has one source, whose list is read once. */
const readOnce = madeOnce((events: readonly string[]) =>
  madeOnce(
    (catalogue: Catalogue): ReadonlySet<string> =>
      new Set(Object.keys(catalogue).filter((name) => !events.some((text) => fits(text, catalogue, name)))),
  ),
);

/** The part of a catalogue that a source lets in. */
export const letIn = (catalogue: Catalogue, settings: unknown): Catalogue => {
  const leftOut = leftOutBy(catalogue, settings);
  return Object.fromEntries(Object.entries(catalogue).filter(([name]) => !leftOut.has(name)));
};
