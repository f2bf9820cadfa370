import type {
  AttributeValue,
  GetItemCommandInput,
  PutItemCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import updateItem from 'dynalite/actions/updateItem.js';
import db from 'dynalite/db/index.js';
import validations from 'dynalite/validations/index.js';

export type Item = Readonly<Record<string, AttributeValue>>;

/**
 * A table of DynamoDB. The expressions are read and evaluated by dynalite, which has them from DynamoDB and not from us;
 * only its store, which takes turns of the event loop, is left out.
 */
export interface Table {
  put(input: PutItemCommandInput): Written;
  get(input: GetItemCommandInput): Item | undefined;
  update(input: UpdateItemCommandInput): Written;
  /** Every item, by its key. */
  readonly items: ReadonlyMap<string, Item>;
}

/** What came of a write: nothing was written unless its condition held. */
export interface Written {
  readonly isWritten: boolean;
  /** The item that is there, if it was asked for and the condition did not hold. */
  readonly held?: Item | undefined;
}

/** @param keyName the partition key, a string. */
export const createTable = (keyName: string): Table => {
  const items = new Map<string, Item>();

  const holds = (input: Expressions, key: string): boolean =>
    input.ConditionExpression === undefined ||
    db.matchesExprFilter(items.get(key) ?? {}, expressionsOf(input).condition);

  const notWritten = (
    {
      ReturnValuesOnConditionCheckFailure: asked,
    }: Pick<PutItemCommandInput, 'ReturnValuesOnConditionCheckFailure'>,
    key: string,
  ): Written => ({ isWritten: false, ...(asked === 'ALL_OLD' && { held: fromTheWire(items.get(key)) }) });

  return {
    items,
    put: (input) => {
      const key = keyIn(input.Item, keyName);
      if (!holds(input, key)) return notWritten(input, key);
      items.set(key, asOnTheWire(input.Item ?? {}));
      return { isWritten: true };
    },
    get: (input) => fromTheWire(items.get(keyIn(input.Key, keyName))),
    update: (input) => {
      const key = keyIn(input.Key, keyName);
      if (!holds(input, key)) return notWritten(input, key);
      // dynalite writes into what it parsed.
      const updates = structuredClone(expressionsOf(input).updates);
      const data = { TableName: input.TableName, Key: { ...input.Key }, _updates: updates };
      updateItem(storeOf(keyName, items, key), data, (error) => {
        if (error !== null) throw new Error(error.body?.__type);
      });
      return { isWritten: true };
    },
  };
};

const keyIn = (item: Readonly<Record<string, AttributeValue>> | undefined, name: string): string => {
  const key = item?.[name]?.S;
  if (key === undefined) throw new Error(`there is no ${name} in the item`);
  return key;
};

/** Bytes travel as base64, and so dynalite has them. */
const asOnTheWire = (item: Item): Item =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value.B === undefined
        ? value
        : ({ B: Buffer.from(value.B).toString('base64') } as unknown as AttributeValue),
    ]),
  );

const fromTheWire = (item: Item | undefined): Item | undefined =>
  item &&
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value.B === undefined ? value : { B: Buffer.from(String(value.B), 'base64') },
    ]),
  );

type Expressions = Pick<
  UpdateItemCommandInput,
  'ConditionExpression' | 'UpdateExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/** Expressions that were parsed, and the values that stand in them: they are written over before each use. */
interface Parsed {
  readonly condition: unknown;
  readonly updates: unknown;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

const parsed = new Map<string, Parsed>();

/** Parsing takes longer than all the rest of a call, and the texts are few. */
const expressionsOf = (input: Expressions): Parsed => {
  const { ConditionExpression, UpdateExpression, ExpressionAttributeNames } = input;
  const text = JSON.stringify([ConditionExpression, UpdateExpression, ExpressionAttributeNames]);
  const known = parsed.get(text) ?? parse(text, input);
  for (const [name, value] of Object.entries(input.ExpressionAttributeValues ?? {})) {
    Object.assign(known.values[name] ?? {}, value);
  }
  return known;
};

/** @throws {Error} where DynamoDB would refuse the expressions. */
const parse = (text: string, input: Expressions): Parsed => {
  const values = Object.fromEntries(
    Object.entries(input.ExpressionAttributeValues ?? {}).map(([name, value]) => [name, { ...value }]),
  ) as Readonly<Record<string, AttributeValue>>;
  const data: Record<string, unknown> = {
    ...input,
    ...(input.ExpressionAttributeValues !== undefined && { ExpressionAttributeValues: values }),
  };
  const complaint = validations.validateExpressions(data);
  if (complaint !== undefined) throw new Error(complaint);
  const condition = data._condition as { readonly expression: unknown } | undefined;
  const made = { condition: condition?.expression, updates: data._updates, values };
  parsed.set(text, made);
  return made;
};

/** As much of dynalite's store as an update of one item takes. */
const storeOf = (keyName: string, items: Map<string, Item>, key: string) => ({
  options: { maxItemSize: 400 * 1024 },
  getTable: (_name: string, done: (error: null, table: object) => void) =>
    done(null, {
      TableName: 'event-log',
      KeySchema: [{ AttributeName: keyName, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: keyName, AttributeType: 'S' }],
    }),
  getItemDb: () => ({
    lock: (_key: string, work: (release: (done: unknown) => unknown) => void) => work((done) => done),
    get: (_key: string, done: (error: { readonly name: string } | null, item?: Item) => void) => {
      const item = items.get(key);
      if (item === undefined) done({ name: 'NotFoundError' });
      else done(null, item);
    },
    put: (_key: string, item: Item, done: () => void) => {
      items.set(key, item);
      done();
    },
  }),
});
