import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { InvocationError } from '../functions/invocation-error.ts';
import { errorMessage } from '../support/error-message.ts';
import { LOOPBACK, listen, stopListening } from '../support/listen.ts';
import { ownRequestsOnly } from '../support/own-requests.ts';
import { readBody } from '../support/read-body.ts';

export interface LocalLambda {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts the part of Lambda's API that the command uses: `Invoke`, of the functions that neither the gateway nor a queue
 * invokes. A request needs the header of a signature, which is not verified.
 *
 * @param invoke invokes a function by its name; undefined for one that can't be invoked here.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export const startLambda = async (
  port: number,
  invoke: (functionName: string, event: unknown) => Promise<unknown> | undefined,
): Promise<LocalLambda> => {
  const server = createServer(async (request, response) => {
    try {
      await answer(request, response, invoke);
    } catch (error) {
      send(response, 500, { message: errorMessage(error) }, { 'x-amzn-errortype': 'ServiceException' });
    }
  });
  ownRequestsOnly(server);
  return { url: `http://${LOOPBACK}:${await listen(server, port)}`, stop: () => stopListening(server) };
};

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  invoke: Parameters<typeof startLambda>[1],
): Promise<void> => {
  const { method, url = '', headers } = request;
  if (!headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
    return send(
      response,
      403,
      { message: 'The request is not signed' },
      { 'x-amzn-errortype': 'AccessDeniedException' },
    );
  }
  const [, name = ''] = INVOKE.exec(URL.parse(url, `http://${LOOPBACK}`)?.pathname ?? '') ?? [];
  const invoked =
    method === 'POST' && name !== ''
      ? invoke(decodeURIComponent(name), JSON.parse(String(await readBody(request)) || '{}'))
      : undefined;
  if (invoked === undefined) {
    const message = `Function not found: ${name}`;
    return send(response, 404, { message }, { 'x-amzn-errortype': 'ResourceNotFoundException' });
  }
  try {
    send(response, 200, (await invoked) ?? null);
  } catch (error) {
    if (!(error instanceof InvocationError)) throw error;
    const fault = { errorType: error.kind, errorMessage: error.message };
    send(response, 200, fault, { 'x-amz-function-error': 'Unhandled' });
  }
};

const send = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void => {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body));
};
