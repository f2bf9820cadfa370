import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { bodyObject } from '../bodies/kept-body.ts';
import { bodyKey } from '../bodies/keys.ts';
import { bucketObjects, type Objects } from '../bodies/objects.ts';
import { brief } from '../core/brief.ts';
import { type Delivery, QUEUE_RETENTION_SECONDS } from '../core/delivery.ts';
import { nextKey } from '../events/event-key.ts';
import type { InterpretedEvent } from '../events/interpretation.ts';
import { AWS_CLIENT } from '../runtime/aws-client.ts';
import { receivedAtOf } from './listed-event.ts';
import { pack } from './packed.ts';
import {
  AT_ATTRIBUTE,
  ATTRIBUTE,
  ENTITY_INDEX,
  entityHash,
  PARTITION_KEY,
  SOURCE_INDEX,
  shardOf,
  sourceHour,
  TTL_ATTRIBUTE,
} from './schema.ts';
import { unlessConditionFails } from './unless-condition-fails.ts';

/** Stores every event once, to detect duplicates and for replays. */
export interface EventClaims {
  /**
   * Claims an event for its delivery, and stores it.
   *
   * @param delivery the part of the delivery that has this event alone.
   * @param signal aborts it.
   * @param omitted why the delivery's body is not to be stored. Default: it is.
   * @throws if DynamoDB is unavailable, or refuses the event for good.
   */
  claim(event: InterpretedEvent, delivery: Delivery, signal: AbortSignal, omitted?: string): Promise<Claim>;

  /**
   * Notes that queues have a claimed event, while others of those that want it have not: the next try leaves them out.
   *
   * @param queues at least one.
   * @param signal aborts it.
   * @throws if DynamoDB is unavailable.
   */
  noteSent(key: string, deliveryId: string, queues: readonly string[], signal: AbortSignal): Promise<void>;
}

export interface Claim {
  /** Whether this delivery may route the event; otherwise another one claimed it, and the duplicate is counted. */
  readonly outcome: 'claimed' | 'duplicate';
  /** The event's key: its id, or another one if an event that says something else has that id. */
  readonly key: string;
  /** Whether an event has the same id and says something else. */
  readonly isConflict: boolean;
  /** The queues that an earlier try of this delivery sent it to. Absent if none was noted. */
  readonly sentTo?: ReadonlySet<string>;
}

/**
 * The event log in DynamoDB.
 *
 * @param retention in seconds.
 * @param objects where the bodies are that are too large for an item. Default: the function's bucket.
 * @param hasEntityIndex whether the table has the index by entity. Default: as the function's environment says.
 */
export const dynamoEventLog = (
  table: string,
  retention: number,
  now: () => number = Date.now,
  dynamo: Pick<DynamoDBClient, 'send'> = new DynamoDBClient(AWS_CLIENT),
  objects: Pick<Objects, 'uriOf' | 'put'> = bucketObjects(process.env.BODIES_BUCKET ?? ''),
  hasEntityIndex = process.env.SEARCH_BY_ENTITY === 'true',
): EventClaims => {
  /**
   * Stores an event unless there is one with its key. An expired item counts as deleted, which DynamoDB may do days later.
   *
   * @returns the other event; undefined if this one was stored.
   */
  const write = async (
    key: string,
    event: InterpretedEvent,
    delivery: Delivery,
    packed: Item,
    abortSignal: AbortSignal,
  ): Promise<Held | undefined> => {
    const nowSeconds = Math.floor(now() / 1000);
    try {
      await dynamo.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            ...toItem(key, event, delivery, nowSeconds + retention),
            ...(hasEntityIndex && entityKey(event, delivery)),
            ...packed,
          },
          ConditionExpression: 'attribute_not_exists(#key) OR #expiresAt < :now',
          ExpressionAttributeNames: { '#key': PARTITION_KEY, '#expiresAt': TTL_ATTRIBUTE },
          ExpressionAttributeValues: { ':now': { N: String(nowSeconds) } },
          // Costs no read.
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
        { abortSignal },
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return toHeld(error.Item ?? {});
    }
  };

  /**
   * The attributes of the item that have the delivery and its body, or say where the body is. The object of the delivery is
   * used as long as it is certain to outlive the item; a body that is replayed or redriven later gets another one.
   */
  const keepDelivery = async (delivery: Delivery, signal: AbortSignal): Promise<Item> => {
    const object = bodyObject(delivery);
    const packed = packedOf(delivery, object.bytes);
    // Stryker disable next-line EqualityOperator: the limit is far below the limit of DynamoDB, so one byte makes no difference
    if (packed.length <= MAX_LOGGED_BYTES) return { [ATTRIBUTE.packed]: { B: packed } };
    const { bodyRef, source, deliveryId, items, receivedAt } = delivery;
    const isYoung = now() - Date.parse(receivedAt) < QUEUE_RETENTION_SECONDS * 1000;
    if (bodyRef !== undefined && isYoung)
      return withoutBody(delivery, { [ATTRIBUTE.bodyRef]: { S: bodyRef } });
    const key = bodyKey(source.name, deliveryId, items?.[0]);
    await objects.put(key, object, signal);
    return withoutBody(delivery, { [ATTRIBUTE.bodyRef]: { S: objects.uriOf(key) } });
  };

  const countDuplicate = (
    key: string,
    { deliveryId, receivedAt }: Delivery,
    abortSignal: AbortSignal,
  ): Promise<boolean> =>
    unlessConditionFails(
      dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { [PARTITION_KEY]: { S: key } },
          UpdateExpression: `ADD ${ATTRIBUTE.duplicates} :one SET ${ATTRIBUTE.lastDuplicate} = :mine, ${ATTRIBUTE.lastDuplicateAt} = :at`,
          ConditionExpression: `attribute_exists(#key) AND ${ATTRIBUTE.deliveryId} <> :mine`,
          ExpressionAttributeNames: { '#key': PARTITION_KEY },
          ExpressionAttributeValues: {
            ':one': { N: '1' },
            ':mine': { S: deliveryId },
            ':at': { S: receivedAt },
          },
        }),
        { abortSignal },
      ),
    );

  /**
   * Keeps the first event with an id for as long as another one that has the id: it leads to the key of that one. Of events
   * without an id, which may say the same every few days, it names the newest, so that a claim does not pass all of them.
   * One that was received before the newest and is claimed after it, because it lay in the dead letters, is not the newest.
   */
  const keepFirst = async (
    id: string,
    key: string,
    { repeatWindow }: InterpretedEvent,
    { receivedAt }: Delivery,
    abortSignal: AbortSignal,
  ): Promise<void> => {
    const keep = (changes: string, condition: string, names: readonly string[], values: Item) =>
      unlessConditionFails(
        dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: { [PARTITION_KEY]: { S: id } },
            UpdateExpression: `SET #expiresAt = :expiresAt${changes}`,
            ConditionExpression: `attribute_exists(#key)${condition}`,
            ExpressionAttributeNames: Object.fromEntries(
              [PARTITION_KEY, TTL_ATTRIBUTE, ...names].map((name) => [`#${name}`, name]),
            ),
            ExpressionAttributeValues: {
              ':expiresAt': { N: String(Math.floor(now() / 1000) + retention) },
              ...values,
            },
          }),
          { abortSignal },
        ),
      );
    const { newest, newestAt } = ATTRIBUTE;
    const isNewest =
      repeatWindow !== undefined &&
      (await keep(
        `, #${newest} = :key, #${newestAt} = :at`,
        ` AND (attribute_not_exists(#${newestAt}) OR #${newestAt} < :at)`,
        [newest, newestAt],
        { ':key': { S: key }, ':at': { S: receivedAt } },
      ));
    if (!isNewest) await keep('', '', [], {});
  };

  return {
    // A claim belongs to a delivery and is never released. After a crash between claim and send, SQS redelivers the same
    // delivery, which finds its own claim. Another delivery of the event finds a duplicate.
    //
    //   delivery A   claim ── crash          claim (mine) ── send ── acknowledge
    //   delivery B              claim (A's: duplicate)
    //
    claim: async (event, delivery, signal, omitted) => {
      const { id } = event.event;
      const packed =
        omitted === undefined
          ? await keepDelivery(delivery, signal)
          : withoutBody(delivery, { [ATTRIBUTE.bodyOmitted]: { S: omitted } });
      let key = id;
      let isConflict = false;
      while (true) {
        const held = await write(key, event, delivery, packed, signal);
        const isSame = held === undefined || saysTheSame(held, event);
        if (held === undefined || (isSame && held.deliveryId === delivery.deliveryId)) {
          if (key !== id) await keepFirst(id, key, event, delivery, signal);
          return { outcome: 'claimed', key, isConflict, ...(held?.sentTo && { sentTo: held.sentTo }) };
        }
        if (!isSame) {
          isConflict = true;
          key = nextKey(id, key, event.content());
        } else if (isRepeat(held, event, delivery)) {
          await countDuplicate(key, delivery, signal);
          return { outcome: 'duplicate', key, isConflict };
        } else {
          key = newestOf(held, delivery) ?? nextKey(id, key, held.deliveryId);
        }
      }
    },

    noteSent: async (key, deliveryId, queues, abortSignal) => {
      await unlessConditionFails(
        dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: { [PARTITION_KEY]: { S: key } },
            UpdateExpression: `ADD ${ATTRIBUTE.sentTo} :queues`,
            ConditionExpression: `${ATTRIBUTE.deliveryId} = :mine`,
            ExpressionAttributeValues: { ':queues': { SS: [...queues] }, ':mine': { S: deliveryId } },
          }),
          { abortSignal },
        ),
      );
    },
  };
};

/** What the event log has under a key. */
interface Held {
  readonly deliveryId: string;
  readonly receivedAt: string;
  readonly content: string | undefined;
  readonly sentTo: ReadonlySet<string> | undefined;
  /** The key of the newest event that says the same, and when its delivery was received. */
  readonly newest: { readonly key: string; readonly receivedAt: string } | undefined;
}

const toHeld = (item: Item): Held => ({
  deliveryId: item[ATTRIBUTE.deliveryId]?.S ?? '',
  receivedAt: receivedAtOf(item),
  content: item[ATTRIBUTE.content]?.S,
  sentTo: setOf(item[ATTRIBUTE.sentTo]?.SS),
  newest: newestIn(item),
});

const setOf = (names: readonly string[] | undefined): Held['sentTo'] => names && new Set(names);

const newestIn = (item: Item): Held['newest'] => {
  const [key, receivedAt] = [item[ATTRIBUTE.newest]?.S, item[ATTRIBUTE.newestAt]?.S];
  return key === undefined || receivedAt === undefined ? undefined : { key, receivedAt };
};

/** What was stored by version 0.1.0 has no digest, and is taken to say the same. */
const saysTheSame = ({ content }: Held, event: InterpretedEvent): boolean =>
  content === undefined || content === event.content();

/**
 * Of events without an id, what says the same is a repeat only for a time. One that was refused and is taken back is
 * compared with all that the event log has: it must not arrive twice.
 */
const isRepeat = (
  held: Held,
  { repeatWindow }: InterpretedEvent,
  { receivedAt, retry }: Delivery,
): boolean => {
  if (repeatWindow === undefined || retry !== undefined) return true;
  return Math.abs(Date.parse(receivedAt) - Date.parse(held.receivedAt)) <= repeatWindow * 1000;
};

/** Where to look next; undefined for a delivery that was received before the newest, and may repeat one before that. */
const newestOf = ({ newest }: Held, { receivedAt }: Delivery): string | undefined =>
  newest !== undefined && receivedAt >= newest.receivedAt ? newest.key : undefined;

/** DynamoDB limits an item to 400 KB. */
const MAX_LOGGED_BYTES = 380_000;

type Item = NonNullable<PutItemCommandInput['Item']>;

const toItem = (
  key: string,
  { event, content }: InterpretedEvent,
  delivery: Delivery,
  expiresAt: number,
): Item => {
  const source = delivery.source.name;
  const at = delivery.replay?.at ?? event.receivedat;
  return {
    [PARTITION_KEY]: { S: key },
    [AT_ATTRIBUTE]: { S: at },
    [SOURCE_INDEX.partitionKey]: { S: sourceHour(source, at, shardOf(key)) },
    [ATTRIBUTE.deliveryId]: { S: event.deliveryid },
    ...(event.receivedat !== at && { [ATTRIBUTE.receivedAt]: { S: event.receivedat } }),
    [ATTRIBUTE.source]: { S: source },
    [ATTRIBUTE.provider]: { S: event.provider },
    [ATTRIBUTE.entity]: { S: event.entity },
    [ATTRIBUTE.action]: { S: event.action },
    [ATTRIBUTE.type]: { S: event.type },
    ...(event.subject !== undefined && { [ATTRIBUTE.entityId]: { S: brief(event.subject) } }),
    ...(event.providertype !== undefined && { [ATTRIBUTE.providerType]: { S: brief(event.providertype) } }),
    ...(event.reason !== undefined && { [ATTRIBUTE.reason]: { S: event.reason } }),
    ...(event.replayof !== undefined && { [ATTRIBUTE.replayOf]: { S: event.replayof } }),
    [ATTRIBUTE.content]: { S: content() },
    [TTL_ATTRIBUTE]: { N: String(expiresAt) },
  };
};

/** The key of the index by entity. It makes an item longer, so only a table with that index has it. */
const entityKey = ({ event: { entity, subject } }: InterpretedEvent, { source }: Delivery): Item =>
  subject === undefined
    ? {}
    : { [ENTITY_INDEX.partitionKey]: { S: entityHash(source.name, entity, subject) } };

/** All that interpreting the body again needs: settings, headers, path. The item has the rest in attributes of its own. */
const packedOf = (
  { body: _, bodyRef: __, replay: ___, deliveryId: ____, receivedAt: _____, ...envelope }: Delivery,
  body: Buffer,
): Buffer => pack({ envelope: JSON.stringify(envelope), body });

/** @param why the attribute that says where the body is, or why there is none. */
const withoutBody = (delivery: Delivery, why: Item): Item => ({
  [ATTRIBUTE.packed]: { B: packedOf(delivery, Buffer.alloc(0)) },
  ...why,
});
