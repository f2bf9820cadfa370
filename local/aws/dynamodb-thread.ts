// The thread of the DynamoDB emulator and of the permission check in front of it.
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';
import dynalite from 'dynalite';
import { type Check, startCheck } from '../iam/check.ts';
import type { Refusal } from '../iam/refusal.ts';
import type { StackPolicies } from '../iam/stack-policies.ts';
import { LOOPBACK } from '../support/listen.ts';
import { ownRequestsOnly } from '../support/own-requests.ts';
import { readBody } from '../support/read-body.ts';
import { returnHeldItems } from './held-item.ts';

export interface DynamoDbThreadData {
  /** 0 selects a free port. */
  readonly port: number;
}

/** The messages to the main thread, which sends the policies to enforce; the first ones install the check. */
export type DynamoDbThreadMessage =
  | { readonly type: 'listening'; readonly port: number }
  /** Answers policies, in their order. */
  | { readonly type: 'enforced'; readonly url: string }
  | { readonly type: 'refused'; readonly refusal: Refusal };

const post = (message: DynamoDbThreadMessage): void => parentPort?.postMessage(message);

/**
 * Forwards complete requests only. When a client aborts a request, as a function does when it times out, dynalite throws an
 * error that can't be caught.
 */
const wholeRequestsOnly = (server: Server): void => {
  const [handle] = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    // Read by the check already.
    if (request.complete) return void handle?.call(server, request, response);
    let body: Buffer;
    try {
      body = await readBody(request);
    } catch {
      // The client has closed the connection.
      return;
    }
    const { method, url, headers } = request;
    handle?.call(server, Object.assign(Readable.from([body]), { method, url, headers }), response);
  });
};

returnHeldItems();
const server = dynalite({ createTableMs: 0 });
wholeRequestsOnly(server);
ownRequestsOnly(server);
server.listen({ host: LOOPBACK, port: (workerData as DynamoDbThreadData).port });
await once(server, 'listening');

let check: Promise<Check> | undefined;
parentPort?.on('message', async (policies: StackPolicies) => {
  check ??= startCheck('dynamodb', server, policies, (refusal) => post({ type: 'refused', refusal }));
  const { enforce, url } = await check;
  await enforce(policies);
  post({ type: 'enforced', url });
});
post({ type: 'listening', port: (server.address() as AddressInfo).port });
