import https from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Leads every https request to one port on this machine, whatever host it is for. The host stays the one that is asked
 * for and the one whose certificate is checked, against the local authority alone: code that would take a wrong
 * certificate in AWS takes none here.
 */
export class OutsideAgent extends https.Agent {
  readonly #port: number;

  /** @param caCert PEM */
  constructor(port: number, caCert: string) {
    super({ ca: caCert, keepAlive: true });
    this.#port = port;
  }

  override createConnection(
    options: https.RequestOptions & { readonly servername?: string },
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const asked = options.host ?? '';
    // An address has no server name; `localhost` is what its connection would be checked against otherwise.
    const servername = options.servername || (isIP(asked) === 0 ? asked : '');
    return super.createConnection(
      {
        ...options,
        host: '127.0.0.1',
        port: this.#port,
        path: undefined,
        servername,
      } as https.RequestOptions,
      callback,
    );
  }
}
