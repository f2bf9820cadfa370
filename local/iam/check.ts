import { createServer, IncomingMessage, type Server } from 'node:http';
import type { AwsEndpoints } from '../aws/endpoints.ts';
import { LOOPBACK, listen, stopListening } from '../support/listen.ts';
import { ownRequestsOnly } from '../support/own-requests.ts';
import { readBody } from '../support/read-body.ts';
import { accessDenied, answerError, UNKNOWN_CALLER, UNKNOWN_OPERATION } from './answer.ts';
import { READ_ASKED } from './asked.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import type { StackPolicies } from './stack-policies.ts';

/** A server in front of an emulator, which forwards the requests that the caller's role allows. */
export interface Check {
  readonly url: string;
  /** Replaces the policies. Requests in progress are not affected. */
  enforce(policies: StackPolicies): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a permission check in front of an emulator. It finds missing permissions in the template; it does not authenticate:
 * it trusts the access key id and verifies no signature.
 *
 * @param emulator in the same thread.
 * @param refused called with each refused request.
 */
export const startCheck = async (
  service: keyof AwsEndpoints,
  emulator: Server,
  policies: StackPolicies,
  refused: (refusal: Refusal) => void,
): Promise<Check> => {
  let enforced = policies;
  // A cache: a role may list fifty queues, and its function repeats the same few requests.
  const allowed = new Set<string>();
  const server = createServer(async (incoming, outgoing) => {
    let body: Buffer;
    try {
      body = await readBody(incoming);
    } catch {
      // The client has closed the connection.
      return;
    }
    const principal = enforced.principals.get(accessKeyIdOf(incoming));
    if (principal === undefined) return answerError(service, UNKNOWN_CALLER, outgoing);
    const { operation, input } = callOf(service, incoming, body);
    const asked = READ_ASKED[service](operation, input, enforced.secretArns);
    if (asked === undefined) return answerError(service, UNKNOWN_OPERATION, outgoing);
    const wanted = JSON.stringify([principal.functionName, asked]);
    const refusal = allowed.has(wanted) ? undefined : refusalOf(principal, asked, enforced);
    if (refusal === undefined) {
      allowed.add(wanted);
      return void emulator.emit('request', unread(incoming, body), outgoing);
    }
    refused(refusal);
    answerError(service, accessDenied(service, refusal), outgoing);
  });
  ownRequestsOnly(server);
  const url = `http://${LOOPBACK}:${await listen(server, 0)}`;
  return {
    url,
    enforce: async (changed) => {
      enforced = changed;
      allowed.clear();
    },
    stop: () => stopListening(server),
  };
};

/** A copy of the request with an unread body. */
const unread = (incoming: IncomingMessage, body: Buffer): IncomingMessage => {
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } = incoming;
  const again = Object.assign(new IncomingMessage(incoming.socket), {
    method,
    url,
    headers,
    rawHeaders,
    httpVersion,
    httpVersionMajor,
    httpVersionMinor,
    // The request is complete, so that ending it early doesn't end the connection.
    complete: true,
  });
  again.push(body);
  again.push(null);
  return again;
};

/** Empty for an unsigned request. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html */
const accessKeyIdOf = ({ headers }: IncomingMessage): string =>
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';

/** S3 speaks REST, all others AWS's JSON protocol, with `SendMessage` in a header: `AmazonSQS.SendMessage`. */
const callOf = (service: keyof AwsEndpoints, { method = '', url, headers }: IncomingMessage, body: Buffer) =>
  service === 's3'
    ? { operation: method, input: { path: url } }
    : { operation: String(headers['x-amz-target']).split('.').at(-1) ?? '', input: parse(body) };

const parse = (body: Buffer): Readonly<Record<string, unknown>> => {
  try {
    const input: unknown = JSON.parse(body.toString());
    return typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  } catch {
    // Without fields the permissions are unknown, so the request is refused.
    return {};
  }
};
