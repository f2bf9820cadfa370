/**
 * A provider's event names and their meanings, `<entity>.<action>`: `{ CompanyAdded: 'company.created' }`. The stack creates
 * queues from it, fan-out routes by it, and the docs list it.
 */
export type Catalogue = Readonly<Record<string, `${string}.${string}`>>;

export interface Meaning {
  /** The entity type, which is also the name of its queue: `company`. */
  readonly entity: string;
  /** `created`, `updated`, `deleted`, or the provider's own verb. */
  readonly action: string;
}

/** The distinct entities of a catalogue, in its order. */
export const entitiesOf = (catalogue: Catalogue): readonly string[] => [
  ...new Set(Object.values(catalogue).map((meaning) => meaningIn(meaning).entity)),
];

/**
 * The meaning of an event name. A name that isn't listed matches an entity by its prefix: `CompanyMerged` is
 * `company.merged` if `CompanyAdded` is listed. The longest prefix wins; `order_created`, `order.created` and
 * `OrderCreated` are equivalent.
 *
 * @returns undefined if no entity matches.
 */
export const meaningOf = (catalogue: Catalogue, name: string): Meaning | undefined => {
  const listed = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  if (listed !== undefined) return meaningIn(listed);

  const words = wordsOf(name);
  const entities = stemsOf(catalogue);
  for (let length = words.length - 1; length > 0; length--) {
    const entity = entities.get(words.slice(0, length).join('-'));
    if (entity !== undefined) return { entity, action: words.slice(length).join('-') };
  }
  return undefined;
};

/** The entity and the action of `<entity>.<action>`. */
export const meaningIn = (meaning: string): Meaning => {
  const dot = meaning.indexOf('.');
  return { entity: meaning.slice(0, dot), action: meaning.slice(dot + 1) };
};

/** `BookingNoteAdded`, `booking_note.added` -> `booking`, `note`, `added`. Truncates untrusted text. */
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

/** The name prefixes of each entity: a listed name without its last word, the verb. */
const stemsOf = (catalogue: Catalogue): ReadonlyMap<string, string> => {
  const known = stems.get(catalogue);
  // Stryker disable next-line ConditionalExpression: without the cache an equal map is created
  if (known !== undefined) return known;
  const made = new Map(
    Object.entries(catalogue).map(([name, meaning]) => [
      wordsOf(name).slice(0, -1).join('-'),
      meaningIn(meaning).entity,
    ]),
  );
  // Stryker disable next-line CallExpression: without the cache an equal map is created
  stems.set(catalogue, made);
  return made;
};

const stems = new WeakMap<Catalogue, ReadonlyMap<string, string>>();
