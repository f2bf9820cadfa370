import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type Misbehaviour, misbehave } from '../../../local/internet/misbehaviour.ts';
import { LOOPBACK, listen, stopListening } from '../../../local/support/listen.ts';

/** A request to the API. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The path with its query, as it came. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body; undefined where it is no JSON. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

export interface Reply {
  readonly status: number;
  /** Written as JSON. */
  readonly body?: unknown;
  /** Written as it is. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A provider's API on this machine. */
export interface ProviderApi {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** The next so many requests are answered in that way. */
  fail(fault: Misbehaviour | Reply, times?: number): void;
  stop(): Promise<void>;
}

/** Serves an API that answers as `reply` says, but for the faults that it is told. */
export const startProviderApi = async (
  reply: (asked: Asked) => Reply | Promise<Reply>,
): Promise<ProviderApi> => {
  const asked: Asked[] = [];
  const faults: (Misbehaviour | Reply)[] = [];
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://api');
    const one: Asked = {
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      target: request.url ?? '',
      headers: request.headers,
      text,
      body: parse(text),
    };
    asked.push(one);
    const fault = faults.shift();
    if (fault !== undefined && typeof fault !== 'object') return misbehave(response, fault);
    const { status, body, raw, headers = {} } = fault ?? (await reply(one));
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(raw ?? (body === undefined ? '' : JSON.stringify(body)));
  });
  const url = `http://${LOOPBACK}:${await listen(server, 0)}`;
  return {
    url,
    asked,
    fail: (fault, times = 1) => void faults.push(...Array.from({ length: times }, () => fault)),
    stop: () => stopListening(server),
  };
};

const parse = (text: string): Asked['body'] => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
