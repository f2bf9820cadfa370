import type * as v from 'valibot';
import type { documented } from '../providers/shapes/documented.ts';

/**
 * An event as consumers receive it: a CloudEvent 1.0 in structured JSON, one per SQS message.
 *
 * `GatepostEvent` is any event; `GatepostEvent<'ivvy.company.created'>` has a documented payload.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export interface GatepostEvent<Type extends string = string, Data = DataOf<Type>> {
  readonly specversion: '1.0';
  /** The event key: the same for every delivery of the event, and a new one for each replay. */
  readonly id: string;
  /** `/gatepost/<source>`, followed by the provider's account if it names one. */
  readonly source: string;
  /** `<provider>.<entity>.<action>`: `ivvy.company.created`. */
  readonly type: Type;
  /** The entity's id, if the event has one. */
  readonly subject?: string;
  /** ISO 8601, UTC: the provider's time of the event, or else the time of receipt. */
  readonly time: string;
  /** `application/json`; for an unrecognized delivery `text/plain`, `application/gzip` or `application/octet-stream`. */
  readonly datacontenttype: string;

  readonly provider: string;
  readonly entity: string;
  readonly action: string;
  /** The provider's name for the event: `CompanyAdded`. Absent if it could not be read. */
  readonly providertype?: string;
  readonly deliveryid: string;
  /** ISO 8601, UTC. */
  readonly receivedat: string;
  /** On a replayed event only: the `id` of the original. */
  readonly replayof?: string;
  /** On `unrecognized.fifo` only. */
  readonly reason?: UnrecognizedReason;

  /** The provider's payload, unchanged. */
  readonly data?: Data;
  /**
   * Replaces `data` of an unrecognized delivery, in base64: its body as gzip if it is too large for a message otherwise, or
   * the body itself if it is no text.
   */
  readonly data_base64?: string;
  /**
   * Replaces `data` of an event that is too large for a message: `s3://<bucket>/<key>`, an object with exactly that data.
   * {@link withData} reads it.
   *
   * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/dataref.md
   */
  readonly dataref?: string;
}

/** Why an authentic delivery went to `unrecognized.fifo`. */
export type UnrecognizedReason =
  /** Its name matches no known entity. */
  | 'unknown-event'
  /** Its body could not be interpreted. */
  | 'not-understood'
  /** The stack no longer has a queue for its entity. */
  | 'no-queue'
  /** Its delivery has more events than are taken apart. */
  | 'too-many-events'
  /** SQS or DynamoDB refused it for good. */
  | 'refused'
  /** Its attributes, such as its subject, are too large for a message. */
  | 'too-large';

type Documented = typeof documented;
type DocumentedProvider = keyof Documented;

/** Every documented `type`: `'ivvy.company.created' | …`. Others do occur. */
export type KnownType = {
  [Provider in DocumentedProvider]: `${Provider}.${MeaningIn<Documented[Provider]['catalogue']>}`;
}[DocumentedProvider];

type MeaningIn<Catalogue> = Catalogue[keyof Catalogue] & string;

/** The payload of a type as its provider documents it, not validated; each field may be missing or null. Else `unknown`. */
export type DataOf<Type extends string> =
  Type extends `${infer Provider extends DocumentedProvider}.${infer Meaning}`
    ? ShapeOf<Documented[Provider]['data'], Meaning>
    : unknown;

type ShapeOf<Shapes, Meaning> = Meaning extends keyof Shapes
  ? Shapes[Meaning] extends v.GenericSchema
    ? v.InferOutput<Shapes[Meaning]>
    : unknown
  : unknown;

/** An event of a known type, or by default the union of all of them, for a `switch` over `type`. */
export type KnownEvent<Type extends KnownType = KnownType> = Type extends KnownType
  ? GatepostEvent<Type> & { readonly data: DataOf<Type> }
  : never;

/** Text that is not an event of Gatepost. */
export class EventError extends Error {
  override readonly name = 'EventError';
}

/**
 * Reads the body of an SQS message from one of Gatepost's queues. Checks the attributes that Gatepost writes, not the
 * payload. Like `JSON.parse`, it rounds numbers that a double can't hold; the body has their exact digits.
 *
 * @throws {EventError} if the body is not an event of Gatepost.
 */
export const parseEvent = (body: string): GatepostEvent => {
  const event = parseAttributes(body);
  if (event.specversion !== '1.0') throw new EventError('specversion is not "1.0"');
  for (const name of REQUIRED_ATTRIBUTES) {
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
 * Whether an event is of one of these types. Its `data` is then typed as documented, but not validated: treat it as
 * untrusted.
 *
 * @throws {EventError} if it is, and its data lies in an object: {@link withData} reads it first.
 *
 * ```ts
 * const event = await withData(parseEvent(record.body), read);
 * if (isEvent(event, 'ivvy.company.created', 'ivvy.company.updated')) console.log(event.data.data?.businessName);
 * ```
 */
export const isEvent = <Type extends KnownType>(
  event: GatepostEvent<string, unknown>,
  ...types: readonly [Type, ...Type[]]
): event is KnownEvent<Type> => {
  if (!types.some((type) => type === event.type)) return false;
  if (event.dataref !== undefined && event.data === undefined) {
    throw new EventError('the data of the event lies in an object: read it by withData');
  }
  return true;
};

/** An object in S3. */
export interface DataObject {
  readonly bucket: string;
  readonly key: string;
}

/**
 * The event with its data, which is read from S3 if it was too large for the message. Any other event is returned as it is.
 *
 * ```ts
 * const event = await withData(parseEvent(record.body), async ({ bucket, key }) => {
 *   const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
 *   return Body!.transformToByteArray();
 * });
 * ```
 *
 * @param read reads an object.
 * @throws {EventError} if the reference is not one to an object in S3, or the object is not JSON where it has to be.
 */
export const withData = async (
  event: GatepostEvent,
  read: (object: DataObject) => Promise<Uint8Array>,
): Promise<GatepostEvent> => {
  const { dataref, data, data_base64, datacontenttype } = event;
  if (dataref === undefined || data !== undefined || data_base64 !== undefined) return event;
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(dataref) ?? [];
  if (bucket === undefined || key === undefined) throw new EventError('dataref is not an object in S3');
  const bytes = await read({ bucket, key });
  if (datacontenttype === 'application/octet-stream') return { ...event, data_base64: base64Of(bytes) };
  // A byte order mark belongs to the data.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return { ...event, data: datacontenttype === 'application/json' ? parseData(text) : text };
};

const base64Of = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const parseData = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's error quotes the payload, and errors are logged.
    throw new EventError('the object of dataref is not JSON');
  }
};

/** The attributes that each event has as a string, beside `specversion`. */
export const REQUIRED_ATTRIBUTES = [
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
  'dataref',
] as const satisfies readonly (keyof GatepostEvent)[];

const parseAttributes = (body: string): Readonly<Record<string, unknown>> => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // The parser's error quotes the payload, and errors are logged.
    throw new EventError('the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new EventError('the body is not a JSON object');
  }
  return value as Readonly<Record<string, unknown>>;
};
