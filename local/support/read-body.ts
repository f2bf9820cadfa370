import type { IncomingMessage } from 'node:http';

export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/**
 * Reads a request's body.
 *
 * @param maxBytes Default: unlimited.
 * @throws {BodyTooLargeError} as soon as it is known; the rest is not read.
 * @throws {Error} where the client closes the connection.
 */
export const readBody = (request: IncomingMessage, maxBytes = Number.POSITIVE_INFINITY): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return reject(new BodyTooLargeError());
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= maxBytes) return;
      // The connection stays open for the response.
      request.off('data', take).pause();
      reject(new BodyTooLargeError());
    };
    request
      .on('data', take)
      .on('end', () => resolve(Buffer.concat(chunks)))
      .on('error', reject);
  });
