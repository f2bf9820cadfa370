import { get } from 'node:https';

export interface GotText {
  readonly status: number;
  readonly text: string;
}

/** The limits of an outgoing request. */
export interface GetLimits {
  /** For the whole exchange. */
  readonly timeoutMs: number;
  /** For the response body. */
  readonly maxBytes: number;
}

/**
 * GETs an https URL within limits, and follows no redirect. Uses `node:https` rather than `fetch`, because the local stack
 * redirects the functions' requests through the agent.
 *
 * @throws {Error} if no complete response arrived within the limits.
 */
export const outgoingGet = (url: URL, { timeoutMs, maxBytes }: GetLimits): Promise<GotText> =>
  new Promise((resolve, reject) => {
    const request = get(url, { signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= maxBytes) return void chunks.push(chunk);
        // Reject before destroying: a complete response ends before its connection, whose error would have no listener.
        reject(new Error(`the answer is larger than ${maxBytes} bytes`));
        request.destroy();
      });
      response.on('end', () =>
        // A response of a server always has a status code.
        resolve({ status: response.statusCode as number, text: Buffer.concat(chunks).toString() }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
  });
