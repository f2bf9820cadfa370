import { ACCOUNT_ID, type AwsEndpoints, REGION } from '../aws/endpoints.ts';
import type { Asked } from './evaluate.ts';

/** The fields of a request. */
type Input = Readonly<Record<string, unknown>>;

/**
 * What a request needs permission for.
 *
 * @param operation the service's name of it, from `X-Amz-Target`: `SendMessageBatch`.
 * @param secretArns the ARNs of the secrets, by the names that may stand for them in a request.
 * @returns undefined where the local stack doesn't know: such a request must not pass.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export type ReadAsked = (
  operation: string,
  input: Input,
  secretArns: ReadonlyMap<string, string>,
) => readonly Asked[] | undefined;

/** There are no permissions for the batches of SQS: who may do it once may do it ten times at once. */
const sqs: ReadAsked = (operation, { QueueUrl, QueueName }) => {
  const queue = isString(QueueUrl) ? QueueUrl.split('/').at(-1) : QueueName;
  if (!isString(queue)) return undefined;
  return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource: arn('sqs', queue) }];
};

/** A query of an index needs permission for the index, anything else for the table; a batch for every table in it. */
const dynamodb: ReadAsked = (operation, { TableName, IndexName, RequestItems }) => {
  const action = `dynamodb:${operation}`;
  if (isString(TableName)) {
    const table = tableArn(TableName);
    return [{ action, resource: isString(IndexName) ? `${table}/index/${IndexName}` : table }];
  }
  if (typeof RequestItems !== 'object' || RequestItems === null) return undefined;
  return Object.keys(RequestItems).map((table) => ({ action, resource: tableArn(table) }));
};

/** A name that is no secret's is taken for an ARN without the characters that Secrets Manager would have put behind it. */
const secretsManager: ReadAsked = (operation, { SecretId }, secretArns) => {
  if (!isString(SecretId)) return undefined;
  const named = SecretId.startsWith('arn:') ? SecretId : arn('secretsmanager', `secret:${SecretId}`);
  return [{ action: `secretsmanager:${operation}`, resource: secretArns.get(SecretId) ?? named }];
};

/** Reading a log group is asked for all of its streams: a policy that names the group alone, without `:*`, allows nothing. */
const logs: ReadAsked = (operation, { logGroupName, logGroupIdentifier }) => {
  const name = logGroupName ?? logGroupIdentifier;
  if (!isString(name)) return undefined;
  const group = name.startsWith('arn:') ? name.replace(/:\*$/, '') : arn('logs', `log-group:${name}`);
  return [{ action: `logs:${operation}`, resource: `${group}:log-stream:` }];
};

export const READ_ASKED: Readonly<Record<keyof AwsEndpoints, ReadAsked>> = {
  sqs,
  dynamodb,
  secretsManager,
  logs,
};

const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;

const tableArn = (name: string): string =>
  name.startsWith('arn:') ? name : arn('dynamodb', `table/${name}`);

const isString = (value: unknown): value is string => typeof value === 'string';
