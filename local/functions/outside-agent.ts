import https from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Sends every https request to one port on this machine. The host name stays the same, and its certificate is verified
 * against the local authority only, so code that skips the verification in AWS fails here.
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
    const host = options.host ?? '';
    // An address has no server name. Without an empty one the certificate would be checked for `localhost`.
    const servername = options.servername || (isIP(host) === 0 ? host : '');
    const local = { ...options, host: '127.0.0.1', port: this.#port, path: undefined, servername };
    return super.createConnection(local as https.RequestOptions, callback);
  }
}
