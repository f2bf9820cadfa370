import type { JsonValue } from './json.ts';

/**
 * What leaves Gatepost: a CloudEvent 1.0 in structured JSON, one SQS message each.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export interface GatepostEvent<Data = JsonValue> {
  readonly specversion: '1.0';
  /** The event key: the same for every delivery of the event. */
  readonly id: string;
  /** `/gatepost/<source>`, with the provider's account behind it where it names one. */
  readonly source: string;
  /** `<provider>.<entity>.<action>`: `ivvy.company.created`. */
  readonly type: string;
  /** The entity's id; absent where the event names none. */
  readonly subject?: string;
  /** ISO 8601, UTC: the provider's own time of the event, else the time of receipt. */
  readonly time: string;
  /** `application/json`; `text/plain` or `application/gzip` only for a delivery that nobody understood. */
  readonly datacontenttype: string;

  readonly provider: string;
  readonly entity: string;
  readonly action: string;
  /** The provider's own name for the event: `CompanyAdded`. Absent where it could not be read. */
  readonly providertype?: string;
  readonly deliveryid: string;
  /** ISO 8601, UTC. */
  readonly receivedat: string;
  /** On `unrecognized.fifo` only: why nobody understood it. */
  readonly reason?: UnrecognizedReason;

  /** The provider's payload, untouched. */
  readonly data?: Data;
  /** Instead of `data` where a delivery that nobody understood is too large for SQS as text: its body, gzip, base64. */
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

/** The entity, and so the queue, of whatever is authentic but not understood. */
export const UNRECOGNIZED = 'unrecognized';
