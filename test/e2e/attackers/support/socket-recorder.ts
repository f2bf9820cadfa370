// Loaded into a function before the function itself, by `--import` in its NODE_OPTIONS: writes down whatever it asks the
// operating system for that leads outside, a line each, before it gets it. It listens where Node makes its handles, which
// is below net, tls, http, http2, fetch, dns and dgram: none of them gets past it.

import { createHook } from 'node:async_hooks';
import { appendFileSync } from 'node:fs';

/** What a handle says about where it leads; not all of them say all. */
interface Resource {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly host?: string;
}

/** What is asked for, by Node's name of the handle. */
const KINDS: Readonly<Record<string, string>> = {
  TCPCONNECTWRAP: 'connect',
  PIPECONNECTWRAP: 'pipe',
  GETADDRINFOREQWRAP: 'lookup',
  GETNAMEINFOREQWRAP: 'lookup',
  QUERYWRAP: 'query',
  UDPSENDWRAP: 'datagram',
  UDPWRAP: 'datagram',
  // Whoever starts another process or thread could do all of it there.
  PROCESSWRAP: 'process',
  WORKER: 'thread',
};

const file = process.env.GATEPOST_SOCKETS;
if (file === undefined) throw new Error('GATEPOST_SOCKETS is not set');

createHook({
  init: (_id, type, _trigger, resource) => {
    const kind = KINDS[type];
    if (kind === undefined) return;
    // The handle learns where it leads only after it was made.
    process.nextTick(() => {
      const { address, port, hostname, host } = resource as Resource;
      appendFileSync(file, `${[kind, address ?? hostname ?? host, port].filter(Boolean).join(' ')}\n`);
    });
  },
}).enable();
