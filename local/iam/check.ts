import { createServer, IncomingMessage, type Server } from 'node:http';
import type { AwsEndpoints } from '../aws/endpoints.ts';
import { LOOPBACK, listen, stopListening } from '../support/listen.ts';
import { readBody } from '../support/read-body.ts';
import { accessDenied, answerError, UNKNOWN_CALLER, UNKNOWN_OPERATION } from './answer.ts';
import { READ_ASKED } from './asked.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import type { StackPolicies } from './stack-policies.ts';

/** What stands in front of an emulator and lets through what the caller's role allows. */
export interface Check {
  readonly url: string;
  /** From now on goes by these policies. What is under way was allowed. */
  enforce(policies: StackPolicies): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Puts a check in front of an emulator. It believes the access key id, and holds nobody's signature against it: what it is
 * there for is a mistake in the template, not a thief. What passes is handed to the emulator as if it had come to its own
 * port.
 *
 * @param emulator in the same thread.
 * @param policies the policies that it goes by, until it is told others.
 * @param refused is told what was refused.
 */
export const startCheck = async (
  service: keyof AwsEndpoints,
  emulator: Server,
  policies: StackPolicies,
  refused: (refusal: Refusal) => void,
): Promise<Check> => {
  let enforced = policies;
  // A role may list fifty queues, and its function asks for the same few again and again.
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
    const asked = READ_ASKED[service](operationOf(incoming), parse(body), enforced.secretArns);
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

/** The request with its body still to be read. */
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
    // All of it has come, so that ending it early doesn't end the connection.
    complete: true,
  });
  again.push(body);
  again.push(null);
  return again;
};

/** Empty where the request isn't signed. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html */
const accessKeyIdOf = ({ headers }: IncomingMessage): string =>
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';

/** `SendMessage` of `AmazonSQS.SendMessage`. */
const operationOf = ({ headers }: IncomingMessage): string =>
  String(headers['x-amz-target']).split('.').at(-1) ?? '';

const parse = (body: Buffer): Readonly<Record<string, unknown>> => {
  try {
    const input: unknown = JSON.parse(body.toString());
    return typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  } catch {
    // With no fields in it, nobody knows what it asks for, and it doesn't pass.
    return {};
  }
};
