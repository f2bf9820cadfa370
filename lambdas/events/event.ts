import type * as v from 'valibot';
import type { documented } from '../providers/shapes/documented.ts';

/**
 * What leaves Gatepost: a CloudEvent 1.0 in structured JSON, one SQS message each.
 *
 * `GatepostEvent` is any event, `GatepostEvent<'ivvy.company.created'>` one whose payload is documented.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export interface GatepostEvent<Type extends string = string, Data = DataOf<Type>> {
  readonly specversion: '1.0';
  /** The event key: the same for every delivery of the event, and another one for each replay. */
  readonly id: string;
  /** `/gatepost/<source>`, with the provider's account behind it where it names one. */
  readonly source: string;
  /** `<provider>.<entity>.<action>`: `ivvy.company.created`. */
  readonly type: Type;
  /** The entity's id; absent where the event names none. */
  readonly subject?: string;
  /** ISO 8601, UTC: the provider's own time of the event, else the time of receipt. */
  readonly time: string;
  /** `application/json`; `text/plain` or `application/gzip` only for an unrecognized delivery. */
  readonly datacontenttype: string;

  readonly provider: string;
  readonly entity: string;
  readonly action: string;
  /** The provider's own name for the event: `CompanyAdded`. Absent where it could not be read. */
  readonly providertype?: string;
  readonly deliveryid: string;
  /** ISO 8601, UTC. */
  readonly receivedat: string;
  /** Only on an event that was sent again out of the event log: the `id` that it had before. */
  readonly replayof?: string;
  /** On `unrecognized.fifo` only: why it was not recognized. */
  readonly reason?: UnrecognizedReason;

  /** The provider's payload, untouched. */
  readonly data?: Data;
  /** Instead of `data` where an unrecognized delivery is too large for SQS as text: its body, gzip, base64. */
  readonly data_base64?: string;
}

/** Why an authentic delivery went to `unrecognized.fifo`. */
export type UnrecognizedReason =
  /** Its name begins like that of no known entity. */
  | 'unknown-event'
  /** Its body could not be read as the provider's. */
  | 'not-understood'
  /** The stack has no queue for its entity any more. */
  | 'no-queue'
  /** Escaped for SQS it is larger than 1 MiB. */
  | 'too-large';

type Documented = typeof documented;
type DocumentedProvider = keyof Documented;

/** Every `type` that a provider's own events are known to have: `'ivvy.company.created' | …`. Others do occur. */
export type KnownType = {
  [Provider in DocumentedProvider]: `${Provider}.${MeaningIn<Documented[Provider]['catalogue']>}`;
}[DocumentedProvider];

type MeaningIn<Catalogue> = Catalogue[keyof Catalogue] & string;

/**
 * The payload of events of a type as the provider documents it, each field of which may be missing or null; `unknown`
 * where it isn't documented. It is what to expect, not what was checked.
 */
export type DataOf<Type extends string> =
  Type extends `${infer Provider extends DocumentedProvider}.${infer Meaning}`
    ? ShapeOf<Documented[Provider]['data'], Meaning>
    : unknown;

type ShapeOf<Shapes, Meaning> = Meaning extends keyof Shapes
  ? Shapes[Meaning] extends v.GenericSchema
    ? v.InferOutput<Shapes[Meaning]>
    : unknown
  : unknown;

/** An event of a known type; without that, the union of all of them, which a `switch` over `type` takes apart. */
export type KnownEvent<Type extends KnownType = KnownType> = Type extends KnownType
  ? GatepostEvent<Type> & { readonly data: DataOf<Type> }
  : never;

/** Text that is no event of Gatepost's. */
export class EventError extends Error {
  override readonly name = 'EventError';
}

/**
 * Reads the body of an SQS message from one of Gatepost's queues. It looks at what Gatepost itself writes and never at
 * the payload, which may have any shape. A number that a double can't hold is rounded, as `JSON.parse` does; the body has
 * it digit for digit.
 *
 * @throws {EventError} where the body is no event of Gatepost's.
 */
export const parseEvent = (body: string): GatepostEvent => {
  const event = parseAttributes(body);
  if (event.specversion !== '1.0') throw new EventError('specversion is not "1.0"');
  for (const name of REQUIRED) {
    if (typeof event[name] !== 'string') throw new EventError(`${name} is missing or not a string`);
  }
  for (const name of OPTIONAL) {
    if (event[name] !== undefined && typeof event[name] !== 'string') {
      throw new EventError(`${name} is not a string`);
    }
  }
  return event as unknown as GatepostEvent;
};

/**
 * Whether an event is of one of these types. If so, its `data` is what the provider documents; that isn't checked, so
 * read it with the care that anybody else's data takes.
 *
 * ```ts
 * const event = parseEvent(record.body);
 * if (isEvent(event, 'ivvy.company.created', 'ivvy.company.updated')) console.log(event.data.data?.businessName);
 * ```
 */
export const isEvent = <Type extends KnownType>(
  event: GatepostEvent<string, unknown>,
  ...types: readonly [Type, ...Type[]]
): event is KnownEvent<Type> => types.some((type) => type === event.type);

const REQUIRED = [
  'id',
  'source',
  'type',
  'time',
  'datacontenttype',
  'provider',
  'entity',
  'action',
  'deliveryid',
  'receivedat',
] as const satisfies readonly (keyof GatepostEvent)[];

const OPTIONAL = [
  'subject',
  'providertype',
  'replayof',
  'reason',
  'data_base64',
] as const satisfies readonly (keyof GatepostEvent)[];

const parseAttributes = (body: string): Readonly<Record<string, unknown>> => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // The parser's own error would quote the payload, and errors are logged.
    throw new EventError('the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new EventError('the body is not a JSON object');
  }
  return value as Readonly<Record<string, unknown>>;
};
