import { type AttributeValue, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamoEventLog } from '../../lambdas/event-log/claim.ts';
import {
  AT_ATTRIBUTE,
  LISTED_ATTRIBUTES,
  PARTITION_KEY,
  SOURCE_INDEX,
} from '../../lambdas/event-log/schema.ts';
import { interpretDelivery } from '../../lambdas/events/interpretation.ts';
import { providerNamed } from '../../lambdas/providers/index.ts';
import { type SnsEnvelope, signedFields } from '../../lambdas/providers/shared/sns/envelope.ts';
import type { Pki } from '../../senders/pki.ts';
import { sampleNames } from '../../senders/samples.ts';
import { deliveriesOf, toDelivery } from '../bench/deliveries.ts';
import type { ShippedProvider } from './assumptions.ts';

/** The sizes of an event's item in bytes, by DynamoDB's documented rules, without the 100 bytes that it adds for an index. */
export interface ItemSize {
  readonly table: number;
  /** In the index by source. */
  readonly index: number;
}

/** The sizes of the items of a provider's samples, one of each event. */
export const itemSizes = async (provider: ShippedProvider, pki: Pki): Promise<readonly ItemSize[]> => {
  const items: Item[] = [];
  const dynamo = {
    send: async (command: unknown) => {
      if (command instanceof PutItemCommand && command.input.Item !== undefined)
        items.push(command.input.Item);
    },
  } as unknown as DynamoDBClient;
  const log = dynamoEventLog('event-log', RETENTION, Date.now, dynamo);
  const kinds = await sampleNames(provider);
  for (const request of await deliveriesOf(provider, pki).sign(kinds.length, kinds)) {
    const sent = toDelivery(request, provider, provider);
    // Of a message of SNS, ingest stores the signed fields.
    const stored = provider === 'ivvy' ? signedFields(JSON.parse(sent.body) as SnsEnvelope) : sent.body;
    const delivery = { ...sent, body: stored };
    const { events, part } = interpretDelivery(providerNamed(provider), delivery);
    for (const event of events) await log.claim(event, part([event]), new AbortController().signal);
  }
  return items.map((item) => ({ table: sizeOf(item), index: sizeOf(projected(item)) }));
};

/** The median. */
export const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

type Item = Readonly<Record<string, AttributeValue>>;

const RETENTION = 30 * 86_400;

const PROJECTED: readonly string[] = [
  PARTITION_KEY,
  AT_ATTRIBUTE,
  SOURCE_INDEX.partitionKey,
  ...LISTED_ATTRIBUTES,
];

const projected = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => PROJECTED.includes(name)));

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
const sizeOf = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, { S, N, B }]) => {
    // A number takes a byte for two digits, and one more.
    const bytes = B?.length ?? (S === undefined ? Math.ceil(String(N).length / 2) + 1 : Buffer.byteLength(S));
    return sum + Buffer.byteLength(name) + bytes;
  }, 0);
