import type * as v from 'valibot';
import type { Catalogue } from '../shared/catalogue.ts';

/** A provider's events, for `docs/events.md`, the JSON Schemas and the types of `event.ts`. Not part of any bundle. */
export interface Documentation {
  /** The provider's name as it writes it: `iVvy`. */
  readonly title: string;
  /** The URL of its documentation of events. */
  readonly page: string;
  readonly catalogue: Catalogue;
  /** Which part of a delivery is an event's `data`, in Markdown. */
  readonly payload: string;
  /** What an event's key is derived from, in Markdown. */
  readonly key: string;
  /** The possible paths of an entity's id in `data`. The first one with a value wins. */
  entityIds(entity: string): readonly string[];
  /** The documented shapes of `data`, by `<entity>.<action>`. */
  readonly data: Readonly<Record<string, v.GenericSchema>>;
  /** Sentences in Markdown. */
  readonly remarks: readonly string[];
}
