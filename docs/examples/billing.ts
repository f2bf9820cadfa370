import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { SQSBatchItemFailure, SQSHandler } from 'aws-lambda';
import {
  type DataObject,
  type GatepostEvent,
  isEvent,
  parseEvent,
  withData,
} from '../../lambdas/events/event.ts';

const s3 = new S3Client({});

export const handler: SQSHandler = async ({ Records }) => {
  const failed = new Set<string>();
  const batchItemFailures: SQSBatchItemFailure[] = [];
  for (const { messageId, body, attributes } of Records) {
    const group = attributes.MessageGroupId ?? '';
    // After a failure the rest of its entity has to wait, or it would overtake.
    const isDone = !failed.has(group) && (await succeeds(body));
    if (isDone) continue;
    failed.add(group);
    batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
};

const succeeds = async (body: string): Promise<boolean> => {
  try {
    await bill(await withData(parseEvent(body), readData));
    return true;
  } catch (error) {
    console.error(error);
    return false;
  }
};

const bill = async (event: GatepostEvent): Promise<void> => {
  if (!isEvent(event, 'altoviz.invoice.created')) return;
  // Idempotent by the event's id: a message may come twice.
  console.log(event.id, event.data?.number);
};

/** Only for an event whose data is too large for a message. */
const readData = async ({ bucket, key }: DataObject): Promise<Uint8Array> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
};
