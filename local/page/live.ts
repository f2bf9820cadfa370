import type { ServerResponse } from 'node:http';
import type { Happening } from '../terminal/happening.ts';

/** Streams the activity of the local stack: the latest entries, then each new one. */
export interface Live {
  happened(happening: Happening): void;
  /** Answers with server-sent events, until the client disconnects. */
  follow(response: ServerResponse): void;
  /** Ends all connections. */
  stop(): void;
}

/** The number of latest entries that a new client gets. */
const MAX_REMEMBERED = 300;

/** @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
export const startLive = (): Live => {
  const lately: string[] = [];
  const followers = new Set<ServerResponse>();
  let count = 0;
  return {
    happened: (happening) => {
      const message = `id: ${++count}\ndata: ${JSON.stringify(happening)}\n\n`;
      lately.push(message);
      if (lately.length > MAX_REMEMBERED) lately.shift();
      for (const follower of followers) follower.write(message);
    },
    follow: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      // After a lost connection the client clears its list and starts again.
      response.write(`retry: 1000\nevent: beginning\ndata: {}\n\n${lately.join('')}`);
      followers.add(response);
      response.once('close', () => followers.delete(response));
    },
    stop: () => {
      for (const follower of followers) follower.end();
    },
  };
};
