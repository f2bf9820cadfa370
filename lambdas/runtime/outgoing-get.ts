import { get } from 'node:https';

/** What came back: the status, and the body as text. */
export interface GotText {
  readonly status: number;
  readonly text: string;
}

/** The bounds of a request to a host outside. */
export interface GetLimits {
  /** For the whole of it, in ms. */
  readonly timeoutMs: number;
  /** For the body, in bytes. */
  readonly maxBytes: number;
}

/**
 * GETs an https URL. Follows no redirect (a 302 is an answer like any other), and takes no longer and no more than it is
 * allowed.
 *
 * `node:https` rather than `fetch`: the local stack leads the functions' requests to its stand-in by the agent.
 *
 * @throws {Error} where no whole answer came within the limits.
 */
export const outgoingGet = (url: URL, { timeoutMs, maxBytes }: GetLimits): Promise<GotText> =>
  new Promise((resolve, reject) => {
    const request = get(url, { signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= maxBytes) return void chunks.push(chunk);
        // Rejected first: an answer that is all there ends before its connection does, and an error of the connection
        // would then have no listener.
        reject(new Error(`the answer is larger than ${maxBytes} bytes`));
        request.destroy();
      });
      response.on('end', () =>
        // Of a server's answer it is always there.
        resolve({ status: response.statusCode as number, text: Buffer.concat(chunks).toString() }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
  });
