/**
 * A provider's event names and what each one means, as `<entity>.<action>`: `{ CompanyAdded: 'company.created' }`.
 * The stack makes queues from it, fan-out routes by it, the docs print it.
 */
export type Catalogue = Readonly<Record<string, `${string}.${string}`>>;

/** What an event name means. */
export interface Meaning {
  /** The type of thing, which is also its queue: `company`. */
  readonly entity: string;
  /** `created`, `updated`, `deleted` where the provider means that, else its own verb. */
  readonly action: string;
}

/** Every entity that the catalogue names, each once, in its order. */
export const entitiesOf = (catalogue: Catalogue): readonly string[] => [
  ...new Set(Object.values(catalogue).map((meaning) => split(meaning).entity)),
];

/**
 * What an event name means. A name that isn't listed still means a known entity if it begins like one that is:
 * `CompanyMerged` is `company.merged` where `CompanyAdded` is listed. The longest such beginning counts, and
 * `order_created`, `order.created` and `OrderCreated` are spelled alike.
 *
 * @returns undefined for a name of no known entity.
 */
export const meaningOf = (catalogue: Catalogue, name: string): Meaning | undefined => {
  const listed = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  if (listed !== undefined) return split(listed);

  const words = wordsOf(name);
  const entities = stemsOf(catalogue);
  for (let length = words.length - 1; length > 0; length--) {
    const entity = entities.get(words.slice(0, length).join('-'));
    if (entity !== undefined) return { entity, action: words.slice(length).join('-') };
  }
  return undefined;
};

const split = (meaning: string): Meaning => {
  const dot = meaning.indexOf('.');
  return { entity: meaning.slice(0, dot), action: meaning.slice(dot + 1) };
};

/** `BookingNoteAdded`, `booking_note.added` -> `booking`, `note`, `added`. Bounded: a name is untrusted text. */
const wordsOf = (name: string): readonly string[] =>
  name
    .slice(0, 128)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(
      // Stryker disable next-line Regex: the empty words between separators are removed below
      /[^a-z0-9]+/,
    )
    .filter((word) => word !== '');

/** How the provider's names for each entity begin: a listed name without its last word, the verb. */
const stemsOf = (catalogue: Catalogue): ReadonlyMap<string, string> => {
  const known = stems.get(catalogue);
  // Stryker disable next-line ConditionalExpression: without the cache the same map is made again
  if (known !== undefined) return known;
  const made = new Map(
    Object.entries(catalogue).map(([name, meaning]) => [
      wordsOf(name).slice(0, -1).join('-'),
      split(meaning).entity,
    ]),
  );
  // Stryker disable next-line CallExpression: without the cache the same map is made again
  stems.set(catalogue, made);
  return made;
};

const stems = new WeakMap<Catalogue, ReadonlyMap<string, string>>();
