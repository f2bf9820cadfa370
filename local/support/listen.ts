import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, ListenOptions, Server } from 'node:net';

export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  readonly port: number;

  constructor(port: number, options?: ErrorOptions) {
    super(`Port ${port} is in use`, options);
    this.port = port;
  }
}

/** Only this machine can connect: a client that reaches the local stack can sign for it. */
export const LOOPBACK = '127.0.0.1';

/**
 * Lets a server listen on this machine only.
 *
 * @param port 0 selects a free port.
 * @returns the port.
 * @throws {PortTakenError}
 */
export const listen = async (server: Server, port: number): Promise<number> => {
  const options: ListenOptions = { host: LOOPBACK, port };
  server.listen(options);
  await explainTakenPort(port, once(server, 'listening'));
  return (server.address() as AddressInfo).port;
};

/** Turns the error of a port in use into a {@link PortTakenError}. */
export const explainTakenPort = async <T>(port: number, listening: Promise<T>): Promise<T> => {
  try {
    return await listening;
  } catch (cause) {
    if (Error.isError(cause) && 'code' in cause && cause.code === 'EADDRINUSE')
      throw new PortTakenError(port, { cause });
    throw cause;
  }
};

/** Closes the server, and ends requests in progress. */
export const stopListening = async (
  server: Pick<HttpServer, 'close' | 'closeAllConnections'>,
): Promise<void> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
};
