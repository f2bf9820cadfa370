import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { errorMessage } from '../support/error-message.ts';
import { ownRequestsOnly } from '../support/own-requests.ts';

export interface JsonCall {
  /** `SendMessage` */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** An error response of a service. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export interface JsonService {
  /** Of the protocol. */
  readonly version: '1.0' | '1.1';
  /** The service's code of an internal error. */
  readonly internalError: string;
}

/**
 * Creates a server for AWS's JSON protocol, for this machine only.
 *
 * @param answer returns the result of a call; what it throws becomes an error response.
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export const createJsonServer = (
  { version, internalError }: JsonService,
  answer: (call: JsonCall) => unknown,
): Server => {
  const server = createServer(async (request, response) => {
    try {
      send(response, version, 200, await answer(await readCall(request)));
    } catch (error) {
      const { code, message, status } =
        error instanceof ServiceError ? error : new ServiceError(internalError, errorMessage(error), 500);
      send(response, version, status, { __type: code, message });
    }
  });
  ownRequestsOnly(server);
  return server;
};

const readCall = async (request: IncomingMessage): Promise<JsonCall> => ({
  operation: String(request.headers['x-amz-target']).split('.').at(-1) ?? '',
  input: (await json(request)) as JsonCall['input'],
});

const send = (response: ServerResponse, version: string, status: number, body: unknown): void => {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      'content-type': `application/x-amz-json-${version}`,
      'content-length': Buffer.byteLength(text),
      'x-amzn-requestid': randomUUID(),
    })
    .end(text);
};
