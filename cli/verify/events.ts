import { bodyText, type WebhookRequest } from '../../lambdas/core/request.ts';
import type { Provider, ProviderEvent } from '../../lambdas/providers/provider.ts';
import { meaningOf } from '../../lambdas/providers/shared/catalogue.ts';
import { leftOutBy } from '../../lambdas/providers/shared/selection.ts';

/** An event of a genuine request, as the source would store it. */
export interface FoundEvent {
  /** Empty for an item that is not understood. */
  readonly name: string;
  /** Undefined where the content identifies the event. */
  readonly id?: string;
  readonly entityId?: string;
  /** Whether the catalogue lists the name. */
  readonly listed: boolean;
  /** The entity's queue. */
  readonly queue: string;
  /** Only on an event that the source does not let in: it is not stored. */
  readonly ignored?: true;
}

/** The events of a genuine request; undefined if the source can't make any of it. */
export const eventsIn = <Settings>(
  provider: Provider<Settings>,
  settings: Settings,
  { headers, path, ...request }: WebhookRequest,
): readonly FoundEvent[] | undefined => {
  const kept = provider.keptHeaders?.(settings) ?? [];
  try {
    const content = {
      body: bodyText({ headers, path, ...request }),
      headers: present(kept.map((name) => [name, headers[name]])),
      path: present(Object.entries(path)),
    };
    return provider.interpret(content, settings).map((event) => foundEvent(event, provider, settings));
  } catch {
    // The source stores it, and it goes to the queue of what is not recognized.
    return undefined;
  }
};

const present = (entries: readonly (readonly [string, string | undefined])[]): Record<string, string> =>
  Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));

const foundEvent = <Settings>(
  { name, identity, entityId }: ProviderEvent,
  provider: Provider<Settings>,
  settings: Settings,
): FoundEvent => {
  const catalogue = provider.catalogue(settings);
  // A generic source without an id takes the digest of the content, behind the name.
  const isByContent = provider.nameInEvents !== undefined && identity[0] === name;
  const id = identity.filter((part) => part !== name).join(' ');
  return {
    name,
    ...(!isByContent && id !== '' && { id }),
    ...(entityId !== undefined && { entityId }),
    listed: Object.hasOwn(catalogue, name),
    queue: meaningOf(catalogue, name)?.entity ?? 'unrecognized',
    ...(leftOutBy(catalogue, settings).has(name) && { ignored: true }),
  };
};

const MAX_SHOWN = 20;

/** The events in lines. */
export const eventLines = (events: readonly FoundEvent[] | undefined): readonly string[] => {
  if (events === undefined) {
    return ['Its events can’t be read with these settings: it goes to the queue unrecognized.'];
  }
  const more = events.length - MAX_SHOWN;
  return [
    `${events.length} ${events.length === 1 ? 'event' : 'events'}:`,
    ...events.slice(0, MAX_SHOWN).map(eventLine),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
};

const eventLine = (event: FoundEvent): string => {
  const { name, id, entityId } = event;
  if (name === '') return '  an item that is not understood, queue unrecognized';
  return [
    `  ${printable(name)}`,
    id === undefined ? 'no id: its content identifies it' : `id ${printable(id)}`,
    ...(entityId === undefined ? [] : [`entity ${printable(entityId)}`]),
    placeText(event),
  ].join(', ');
};

/** Where it goes. */
const placeText = ({ listed, queue, ignored }: FoundEvent): string => {
  if (ignored === true) return 'not let in by the setting events: ignored';
  return listed ? `queue ${queue}` : `not listed in the catalogue: queue ${queue}`;
};

/** A terminal gets no control characters of a sender. */
const printable = (text: string): string => text.slice(0, 80).replace(/[^\x20-\x7e]/g, '?');
