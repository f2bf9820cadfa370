import type { ServerResponse } from 'node:http';

/**
 * How an external host fails.
 *
 * - a number: this HTTP status
 * - `hang`: never answers
 * - `drip`: an endless answer, one byte every 50 ms, so that idle timeouts don't fire
 * - `huge`: an endless answer at full speed
 * - `nonsense`: 200 with an HTML page, like a captive portal
 * - `redirect`: 302 to `https://elsewhere.example/`, a host that does not exist
 * - `reset`: closes the connection
 */
export type Misbehaviour = number | 'hang' | 'drip' | 'huge' | 'nonsense' | 'redirect' | 'reset';

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
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><h1>Please log in</h1>');
  },
  redirect: (response) => {
    response.writeHead(302, { location: 'https://elsewhere.example/' }).end();
  },
  reset: (response) => {
    response.destroy();
  },
};
