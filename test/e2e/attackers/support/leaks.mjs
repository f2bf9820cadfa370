// A function that goes outside in the way that it is told, for the test of whoever is to notice it. All of it stays on
// this machine, at a port that nobody listens on.

import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';

const settled = (emitter, ...ends) =>
  new Promise((resolve) => ends.forEach((end) => void emitter.on(end, resolve)));

const WAYS = {
  fetch: () => fetch('http://127.0.0.2:61999/').catch(() => undefined),
  'fetch by name': () => fetch('http://localhost:61999/').catch(() => undefined),
  http: () => settled(http.get('http://127.0.0.2:61999/'), 'error'),
  https: () => settled(https.get('https://127.0.0.2:61999/', { agent: new https.Agent() }), 'error'),
  http2: () => settled(http2.connect('http://127.0.0.2:61999/'), 'error'),
  net: () => settled(net.connect(61999, '127.0.0.2'), 'error'),
  socket: () => settled(new net.Socket().connect(61999, '127.0.0.2'), 'error'),
  tls: () => settled(tls.connect(61999, '127.0.0.2'), 'error'),
  pipe: () => settled(net.connect('/nobody/listens/here'), 'error'),
  lookup: () => dns.promises.lookup('localhost'),
  query: () => {
    const resolver = new dns.promises.Resolver({ timeout: 50, tries: 1 });
    resolver.setServers(['127.0.0.2:61999']);
    return resolver.resolve4('evil.example').catch(() => undefined);
  },
  datagram: () => {
    const socket = dgram.createSocket('udp4');
    return new Promise((resolve) => socket.send('x', 61999, '127.0.0.2', () => socket.close(resolve)));
  },
  process: () => settled(spawn(process.execPath, ['--version']), 'close'),
};

export const handler = async ({ way }) => {
  await WAYS[way]();
  return 'done';
};
