import type { ServerResponse } from 'node:http';

/**
 * How a host outside may fail.
 *
 * - a number: that HTTP status
 * - `hang`: takes the request and never answers
 * - `drip`: answers for ever, a byte every 50 ms, so that no pause is long
 * - `huge`: answers for ever, as fast as it can
 * - `nonsense`: 200 and a page of HTML, as the portal of a hotel's network does
 * - `redirect`: 302 to `https://elsewhere.example/`, a host that does not exist
 * - `reset`: closes the connection instead of an answer
 */
export type Misbehaviour = number | 'hang' | 'drip' | 'huge' | 'nonsense' | 'redirect' | 'reset';

/** Answers in that way, until the connection ends. */
export const misbehave = (response: ServerResponse, how: Misbehaviour): void => {
  if (typeof how === 'number') response.writeHead(how).end();
  else WAYS[how](response);
};

const DRIP_MS = 50;

const WAYS: Readonly<Record<Exclude<Misbehaviour, number>, (response: ServerResponse) => void>> = {
  hang: () => undefined,
  drip: (response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    const timer = setInterval(() => response.write('-'), DRIP_MS);
    response.once('close', () => clearInterval(timer));
  },
  huge: (response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    const chunk = Buffer.alloc(64 * 1024, '-');
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', pour);
    pour();
  },
  nonsense: (response) => {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><h1>Welcome to our Wi-Fi</h1>');
  },
  redirect: (response) => {
    response.writeHead(302, { location: 'https://elsewhere.example/' }).end();
  },
  reset: (response) => {
    response.destroy();
  },
};
