import type * as v from 'valibot';
import type { Catalogue } from '../shared/catalogue.ts';

/**
 * What there is to know about the events of a provider with a catalogue of its own. `docs/events.md`, the JSON Schemas
 * beside it and the types of `event.ts` are made from it; nothing that runs in AWS reads it.
 */
export interface Documentation {
  /** What the provider calls itself: `iVvy`. */
  readonly title: string;
  /** The page where it describes its events. */
  readonly page: string;
  readonly catalogue: Catalogue;
  /** What of a delivery becomes an event's `data`. Markdown, a sentence. */
  readonly payload: string;
  /** What an event's key is made from. Markdown, a sentence. */
  readonly key: string;
  /** Where in `data` the id of such an entity stands: the first path that leads to one counts. Empty where nothing has one. */
  entityIds(entity: string): readonly string[];
  /** The documented shapes of `data`, by `<entity>.<action>`. What isn't documented isn't here. */
  readonly data: Readonly<Record<string, v.GenericSchema>>;
  /** Where the shapes are from, and what else to know. Markdown, a sentence each. */
  readonly remarks: readonly string[];
}
