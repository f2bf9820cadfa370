import { hash } from 'node:crypto';
import { createJsonServer, type JsonCall, ServiceError } from '../../../local/aws/json-protocol.ts';
import { LOOPBACK, listen, stopListening } from '../../../local/support/listen.ts';

/** A call to AWS as it came over the wire. */
export type AwsCall = JsonCall;

/** What a call is answered with: a result, an error of the service, or nothing, ever. */
export type AwsAnswer =
  | { readonly result: unknown }
  | { readonly status: number; readonly error: string }
  | 'silence';

/** Something on this machine that speaks AWS's JSON protocol. */
export interface AwsEndpoint {
  readonly url: string;
  /** Every call, first to last. */
  readonly calls: readonly AwsCall[];
  /** How calls are answered from now on. */
  answerWith(answer: (call: AwsCall) => AwsAnswer): void;
  stop(): Promise<void>;
}

/**
 * Starts an endpoint, and leads the clients to it that are made from now on.
 *
 * @param service as the SDK's `AWS_ENDPOINT_URL_…` calls it.
 */
export const startAws = async (
  service: 'SQS' | 'SECRETS_MANAGER' | 'DYNAMODB',
  first: (call: AwsCall) => AwsAnswer,
): Promise<AwsEndpoint> => {
  const calls: AwsCall[] = [];
  let answer = first;
  const server = createJsonServer({ version: '1.0', internalError: 'InternalFailure' }, async (call) => {
    calls.push(call);
    const given = answer(call);
    if (given === 'silence') return new Promise<never>(() => undefined);
    if ('result' in given) return given.result;
    throw new ServiceError(given.error, 'as told', given.status);
  });
  const url = `http://${LOOPBACK}:${await listen(server, 0)}`;
  pointTo(service, url);
  return {
    url,
    calls,
    answerWith: (other) => {
      answer = other;
    },
    stop: () => stopListening(server),
  };
};

/** Leads the clients of a service to that URL, with credentials that are nobody's. */
export const pointTo = (service: 'SQS' | 'SECRETS_MANAGER' | 'DYNAMODB', url: string): void => {
  process.env.AWS_REGION = 'eu-west-1';
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  process.env[`AWS_ENDPOINT_URL_${service}`] = url;
};

/** An entry of a `SendMessageBatch`, as it came. */
export interface BatchEntry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageGroupId: string;
  readonly MessageDeduplicationId: string;
  readonly MessageAttributes: Readonly<
    Record<string, { readonly DataType: string; readonly StringValue: string }>
  >;
}

/** The entries of a `SendMessageBatch`. */
export const entriesOf = ({ input }: AwsCall): readonly BatchEntry[] =>
  input.Entries as readonly BatchEntry[];

/** What SQS answers to a batch of which it refused some. The SDK checks the sums. */
export const batchTaken =
  (refuses: (entry: BatchEntry) => boolean = () => false) =>
  (call: AwsCall): AwsAnswer => {
    const entries = entriesOf(call);
    return {
      result: {
        Successful: entries
          .filter((entry) => !refuses(entry))
          .map(({ Id, MessageBody }) => ({
            Id,
            MessageId: `m-${Id}`,
            MD5OfMessageBody: hash('md5', MessageBody),
          })),
        Failed: entries
          .filter(refuses)
          .map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false, Message: 'as told' })),
      },
    };
  };
