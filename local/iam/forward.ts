import { type Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';

/**
 * Hands a request on and its answer back, both byte for byte. Who gives up waiting gives up at the other end too: SQS may
 * keep a poll for 20 seconds.
 *
 * @param url of the server that it goes to.
 * @param body of the request, which has been read.
 */
export const forward = (
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
  url: string,
  agent: Agent,
): void => {
  const { method, rawHeaders } = incoming;
  const handed = request(
    new URL(incoming.url ?? '/', url),
    { method, agent, headers: rawHeaders },
    (answer) => {
      outgoing.sendDate = false;
      outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
      // Where one of the two ends breaks off, the other one is closed; there is nobody left to tell.
      pipeline(answer, outgoing, () => undefined);
    },
  );
  handed.on('error', () => outgoing.destroy());
  outgoing.on('close', () => handed.destroy());
  handed.end(body);
};
