/** What a pattern is compared with. */
export interface MatchedEvent {
  readonly source: string;
  /** The provider's name in its events. */
  readonly provider: string;
  readonly entity: string;
  readonly action: string;
}

/** A pattern over events: each part a name, or `*` for any. */
export type EventPattern = MatchedEvent;

const ANY = '*';

/** A word of lower-case letters, digits, hyphens and underscores, or `*`. */
const PART = /^(?:\*|[a-z0-9][a-z0-9_-]*)$/;

/**
 * Reads `<provider>.<entity>.<action>`, `<entity>.<action>` for any provider, or `*` for all events. `<source>:` before it
 * narrows it to one source.
 *
 * @returns undefined if the text is no pattern.
 */
export const readEventPattern = (text: string): EventPattern | undefined => {
  const colon = text.indexOf(':');
  const source = colon === -1 ? ANY : text.slice(0, colon);
  const parts = text.slice(colon + 1).split('.');
  if (![source, ...parts].every((part) => PART.test(part))) return undefined;
  const [action = ANY, entity = ANY, provider = ANY, ...more] = parts.toReversed();
  if (more.length > 0 || (parts.length === 1 && action !== ANY)) return undefined;
  return { source, provider, entity, action };
};

export const matchesPattern = (pattern: EventPattern, event: MatchedEvent): boolean =>
  isIn(pattern.source, event.source) &&
  isIn(pattern.provider, event.provider) &&
  isIn(pattern.entity, event.entity) &&
  isIn(pattern.action, event.action);

const isIn = (part: string, name: string): boolean => part === ANY || part === name;

/** The one way to write a pattern: two that mean the same are equal. */
export const writeEventPattern = ({ source, provider, entity, action }: EventPattern): string =>
  `${source}:${provider}.${entity}.${action}`;
