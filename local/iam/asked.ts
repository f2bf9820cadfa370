import { ACCOUNT_ID, type AwsEndpoints, REGION } from '../aws/endpoints.ts';
import type { Asked } from './evaluate.ts';

type Input = Readonly<Record<string, unknown>>;

/**
 * Reads the permissions that a request needs.
 *
 * @param operation from `X-Amz-Target`: `SendMessageBatch`. For S3, the HTTP method.
 * @param input the fields of the request. For S3, its `path`.
 * @param secretArns the ARNs of the secrets by their names, which a request may use instead.
 * @returns undefined where they are unknown: the request must be refused.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export type ReadAsked = (
  operation: string,
  input: Input,
  secretArns: ReadonlyMap<string, string>,
) => readonly Asked[] | undefined;

/** A batch of SQS needs the permission of the single operation. */
const sqs: ReadAsked = (operation, { QueueUrl, QueueName }) => {
  const queue = isString(QueueUrl) ? QueueUrl.split('/').at(-1) : QueueName;
  if (!isString(queue)) return undefined;
  return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource: arn('sqs', queue) }];
};

/** A query of an index needs permission for the index; other requests for the table, and batches for each of their tables. */
const dynamodb: ReadAsked = (operation, { TableName, IndexName, RequestItems }) => {
  const action = `dynamodb:${operation}`;
  if (isString(TableName)) {
    const table = tableArn(TableName);
    return [{ action, resource: isString(IndexName) ? `${table}/index/${IndexName}` : table }];
  }
  if (typeof RequestItems !== 'object' || RequestItems === null) return undefined;
  return Object.keys(RequestItems).map((table) => ({ action, resource: tableArn(table) }));
};

/** An unknown name becomes an ARN without the six characters that end a secret's ARN. */
const secretsManager: ReadAsked = (operation, { SecretId }, secretArns) => {
  if (!isString(SecretId)) return undefined;
  const named = SecretId.startsWith('arn:') ? SecretId : arn('secretsmanager', `secret:${SecretId}`);
  return [{ action: `secretsmanager:${operation}`, resource: secretArns.get(SecretId) ?? named }];
};

/** S3 has no operation in a header: the method and the path say what is asked. */
const s3: ReadAsked = (operation, { path }) => {
  const [bucket, key] = isString(path) ? (/^\/([^/?]+)\/([^?]+)/.exec(path)?.slice(1) ?? []) : [];
  if (bucket === undefined || key === undefined || !(operation in S3_ACTIONS)) return undefined;
  const action = S3_ACTIONS[operation as keyof typeof S3_ACTIONS];
  return [{ action, resource: `arn:aws:s3:::${bucket}/${decodeURIComponent(key)}` }];
};

/** By method. */
const S3_ACTIONS = { GET: 's3:GetObject', PUT: 's3:PutObject' } as const;

/** Reading a log group needs permission for all of its streams: a policy for the group without `:*` allows nothing. */
const logs: ReadAsked = (operation, { logGroupName, logGroupIdentifier }) => {
  const name = logGroupName ?? logGroupIdentifier;
  if (!isString(name)) return undefined;
  const group = name.startsWith('arn:') ? name.replace(/:\*$/, '') : arn('logs', `log-group:${name}`);
  return [{ action: `logs:${operation}`, resource: `${group}:log-stream:` }];
};

export const READ_ASKED: Readonly<Record<keyof AwsEndpoints, ReadAsked>> = {
  sqs,
  dynamodb,
  s3,
  secretsManager,
  logs,
};

const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;

const tableArn = (name: string): string =>
  name.startsWith('arn:') ? name : arn('dynamodb', `table/${name}`);

const isString = (value: unknown): value is string => typeof value === 'string';
