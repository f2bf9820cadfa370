import diagnostics from 'node:diagnostics_channel';
import { EventEmitter } from 'node:events';
import https from 'node:https';
import { CallError, type Calls } from './calls.ts';
import type { Edge, Fate } from './schedule.ts';

/** What a host outside answers. */
export interface OutsideAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Puts hosts that are none in the place of `https.get`, until the returned function is called.
 *
 * @param hosts what a request is answered with, and over which edge it goes.
 */
export const installOutside = (
  calls: Calls,
  hosts: (url: URL) => { readonly edge: Edge; readonly answer: () => OutsideAnswer },
): (() => void) => {
  const { get } = https;
  const simulated = (target: string | URL, ...rest: readonly unknown[]): EventEmitter => {
    const options = (typeof rest[0] === 'object' ? rest[0] : {}) as { readonly signal?: AbortSignal };
    const url = new URL(target);
    const request = createRequest();
    request.once('response', rest.at(-1) as (response: unknown) => void);
    options.signal?.addEventListener('abort', () => request.breakOff(options.signal?.reason));
    for (const channel of CHANNELS) diagnostics.channel(channel).publish({ request });

    const { edge, answer } = hosts(url);
    calls
      .try(edge, HANGS_FOR, (fate) => misled(fate, answer))
      .then(
        (given) => request.respond(given),
        (error: unknown) => {
          if (error instanceof CallError && error.fate === 'fail') request.respond({ status: 503, text: '' });
          else request.breakOff(error);
        },
      );
    return request;
  };
  https.get = simulated as unknown as typeof https.get;
  return () => {
    https.get = get;
  };
};

/** Where Node says that there is a request. https://nodejs.org/api/diagnostics_channel.html#http */
const CHANNELS = ['http.client.request.created', 'http.client.request.start'] as const;

/** Longer than any function lives, in ms: whoever gives up is the caller. */
const HANGS_FOR = 60_000;

/** What is answered by the portal of a hotel's network. */
const NONSENSE: OutsideAnswer = { status: 200, text: '<!doctype html><h1>Welcome to our Wi-Fi</h1>' };

const misled = (fate: Fate | undefined, answer: () => OutsideAnswer): OutsideAnswer =>
  fate?.fate === 'nonsense' ? NONSENSE : answer();

const createRequest = () => {
  const request = new EventEmitter();
  let over = false;
  const close = () => {
    over = true;
    request.emit('close');
  };
  return Object.assign(request, {
    respond: ({ status, text }: OutsideAnswer): void => {
      if (over) return;
      const response = Object.assign(new EventEmitter(), { statusCode: status, resume: () => undefined });
      request.emit('response', response);
      response.emit('data', Buffer.from(text));
      response.emit('end');
      close();
    },
    breakOff: (error: unknown): void => {
      if (over) return;
      over = true;
      request.emit('error', error);
      close();
    },
    destroy: (): void => {
      if (!over) close();
    },
  });
};
