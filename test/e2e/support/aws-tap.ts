import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { AwsEndpoints } from '../../../local/aws/endpoints.ts';
import { LOOPBACK, listen, stopListening } from '../../../local/support/listen.ts';

/** A request of a function to AWS. */
export interface AwsCall {
  readonly service: keyof AwsEndpoints;
  /** `SendMessage`, `PutItem` …; of S3 `PUT` or `GET`. */
  readonly action: string;
  readonly functionName: string;
  readonly body: string;
}

/** Whether a request only keeps what was rejected. */
export const isKeeping = ({ functionName, body }: AwsCall): boolean =>
  functionName.endsWith('-keep-rejected') || body.includes('-rejected.fifo');

/**
 * What is to become of a request.
 *
 * - `pass`: nothing happens to it
 * - `lose`: it never arrives, and the connection breaks off
 * - `lose-answer`: it is carried out, and the connection breaks off
 * - `twice`: it is carried out twice, and the second answer is given
 * - a number: that status without it being carried out
 * - an error: as the service says it, without it being carried out
 */
export type Fate =
  | 'pass'
  | 'lose'
  | 'lose-answer'
  | 'twice'
  | number
  | { readonly status: number; readonly error: string };

/** Stands between the functions and the emulators: sees every request, and may interfere. */
export interface AwsTap {
  readonly endpoints: AwsEndpoints;
  /** Every request, first to last. */
  readonly calls: AwsCall[];
  /** From now on decides about every request; awaited before it goes on. */
  decide(fate: (call: AwsCall) => Fate | Promise<Fate>): void;
  /** From now on everything passes. */
  pass(): void;
  stop(): Promise<void>;
}

/** Puts a tap in front of the emulators. */
export const tapAws = async (emulators: AwsEndpoints): Promise<AwsTap> => {
  const calls: AwsCall[] = [];
  const agent = new Agent({ keepAlive: true });
  const everythingPasses = (): Fate => 'pass';
  let decide: (call: AwsCall) => Fate | Promise<Fate> = everythingPasses;

  const tap = (service: keyof AwsEndpoints): Server =>
    createServer(async (incoming, outgoing) => {
      try {
        const body = await buffer(incoming);
        const call = toCall(service, incoming, body);
        calls.push(call);
        const fate = await decide(call);
        if (fate === 'lose') return void outgoing.destroy();
        if (typeof fate === 'number') return void outgoing.writeHead(fate).end();
        if (typeof fate === 'object') {
          const headers = { 'content-type': 'application/x-amz-json-1.0' };
          return void outgoing.writeHead(fate.status, headers).end(JSON.stringify({ __type: fate.error }));
        }
        const to = new URL(incoming.url ?? '/', emulators[service]);
        if (fate === 'twice') await forward(agent, to, incoming, body);
        const answer = await forward(agent, to, incoming, body);
        if (fate === 'lose-answer') return void outgoing.destroy();
        outgoing.writeHead(answer.status, answer.headers).end(answer.body);
      } catch {
        // One of the two ends is gone, as in a test that ends one.
        outgoing.destroy();
      }
    });

  const servers = {
    sqs: tap('sqs'),
    dynamodb: tap('dynamodb'),
    s3: tap('s3'),
    secretsManager: tap('secretsManager'),
    logs: tap('logs'),
  };
  const start = async (server: Server) => `http://${LOOPBACK}:${await listen(server, 0)}`;
  const [sqs, dynamodb, s3, secretsManager, logs] = await Promise.all([
    start(servers.sqs),
    start(servers.dynamodb),
    start(servers.s3),
    start(servers.secretsManager),
    start(servers.logs),
  ]);

  return {
    endpoints: { sqs, dynamodb, s3, secretsManager, logs },
    calls,
    decide: (fate) => {
      decide = fate;
    },
    pass: () => {
      decide = everythingPasses;
    },
    stop: async () => {
      agent.destroy();
      await Promise.all(Object.values(servers).map(stopListening));
    },
  };
};

const toCall = (
  service: keyof AwsEndpoints,
  { method = '', headers }: IncomingMessage,
  body: Buffer,
): AwsCall => ({
  service,
  action: service === 's3' ? method : (String(headers['x-amz-target']).split('.').at(-1) ?? ''),
  // Each function signs with credentials of its own.
  functionName: /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '',
  body: body.toString(),
});

/** Passes a request on. Its `Host` is then that of the service, which answers to no other. */
const forward = (
  agent: Agent,
  url: URL,
  { method, headers: { host: _, ...headers } }: IncomingMessage,
  body: Buffer,
) =>
  new Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer }>(
    (resolve, reject) => {
      request(url, { method, headers, agent }, async (response) => {
        try {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: await buffer(response),
          });
        } catch (error) {
          reject(error);
        }
      })
        .on('error', reject)
        .end(body);
    },
  );
