import type { MatchedEvent } from '../core/event-pattern.ts';
import type { Source } from '../core/source.ts';
import { providerNamed } from './index.ts';
import { meaningIn } from './shared/catalogue.ts';
import { letIn } from './shared/selection.ts';

/** An event of a catalogue that a source lets in. */
export interface CatalogueEvent extends MatchedEvent {
  /** The provider's own name for it. */
  readonly name: string;
}

/** All events of the catalogues that the sources can deliver, in the order of the catalogues. */
export const possibleEvents = (sources: readonly Source[]): readonly CatalogueEvent[] =>
  sources.flatMap((source) => {
    const provider = providerNamed(source.provider);
    const settings = source.settings as never;
    const sender = provider.nameInEvents?.(settings) ?? provider.name;
    return Object.entries(letIn(provider.catalogue(settings), settings)).map(([name, meaning]) => ({
      name,
      source: source.name,
      provider: sender,
      ...meaningIn(meaning),
    }));
  });
