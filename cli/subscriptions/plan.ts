import type { Subscription, Wanted } from '../../lambdas/providers/shared/api/subscription-api.ts';

/** One change at the provider. */
export type Step =
  | { readonly kind: 'create'; readonly wanted: Wanted }
  | { readonly kind: 'update'; readonly from: Subscription; readonly wanted: Wanted }
  | { readonly kind: 'remove'; readonly subscription: Subscription };

/** How a source is subscribed. */
export interface Target {
  /** The URL that the provider posts to, with `{event}` in it where each event has its own URL. */
  readonly url: string;
  /**
   * The `?version=` of the URL, for a provider that holds the source's secret: the version of the secret that the
   * subscription was created with. The provider's API does not return it.
   */
  readonly secretVersion?: string | undefined;
  readonly oneEventEach: boolean;
  /** Whether a subscription can be changed. */
  readonly canUpdate: boolean;
}

/** The subscriptions that lead to the source, with any query in their URL. */
export const ownSubscriptions = (target: Target, all: readonly Subscription[]): readonly Subscription[] =>
  all.filter(({ url, events }) => isOwn(target, url, events));

/** The events of the subscriptions, each once. */
export const eventsOf = (subscriptions: readonly Subscription[]): readonly string[] => [
  ...new Set(subscriptions.flatMap(({ events }) => events)),
];

/**
 * Plans the changes after which the source gets each event once. Removals come last, so that no delivery is missed.
 *
 * @param current all subscriptions of the provider's list.
 * @param events the wanted events; an empty list removes all subscriptions.
 */
export const planSubscriptions = (
  target: Target,
  current: readonly Subscription[],
  events: readonly string[],
): readonly Step[] => {
  const own = ownSubscriptions(target, current);
  const matched = wantedSubscriptions(target, events).map(
    (wanted) => [wanted, own.find((subscription) => isSame(subscription, wanted))] as const,
  );
  const kept = new Set(matched.flatMap(([, right]) => right ?? []));
  const first: Step[] = [];
  for (const [wanted, right] of matched) {
    if (right !== undefined) continue;
    const changeable = target.canUpdate ? own.find((candidate) => !kept.has(candidate)) : undefined;
    if (changeable === undefined) first.push({ kind: 'create', wanted });
    else {
      kept.add(changeable);
      first.push({ kind: 'update', from: changeable, wanted });
    }
  }
  const superfluous = own.filter((subscription) => !kept.has(subscription));
  return [...first, ...superfluous.map((subscription) => ({ kind: 'remove', subscription }) as const)];
};

const wantedSubscriptions = (target: Target, events: readonly string[]): readonly Wanted[] => {
  if (events.length === 0) return [];
  if (target.oneEventEach) return events.map((event) => ({ url: urlFor(target, event), events: [event] }));
  return [{ url: urlFor(target), events }];
};

/** Whether a subscription was created with another or an unknown version of the secret. */
export const hasOtherSecret = ({ secretVersion }: Target, subscription: Subscription): boolean =>
  secretVersion !== undefined && secretVersionOf(subscription) !== secretVersion;

/** The version of the secret that a subscription was created with; undefined where it is unknown. */
export const secretVersionOf = ({ url }: Subscription): string | undefined =>
  URL.parse(url)?.searchParams.get('version') ?? undefined;

const urlFor = ({ url, secretVersion }: Target, event = ''): string => {
  const filled = url.replace('{event}', event);
  return secretVersion === undefined ? filled : `${filled}?version=${secretVersion}`;
};

const isOwn = (target: Target, url: string, events: readonly string[]): boolean => {
  const parsed = URL.parse(url);
  if (parsed === null) return false;
  const [before = '', after] = target.url.split('{event}');
  const place = `${parsed.origin}${parsed.pathname}`;
  if (after === undefined) return place === new URL(target.url).href;
  // Includes events subscribed under another event's URL, which are wrong: they would be read as that event.
  return place.startsWith(before) && place.length > before.length && events.length > 0;
};

const isSame = (subscription: Subscription, wanted: Wanted): boolean => {
  const has = new Set(subscription.events);
  const wants = new Set(wanted.events);
  return (
    subscription.url === wanted.url && has.size === wants.size && [...wants].every((event) => has.has(event))
  );
};
