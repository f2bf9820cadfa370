import { readFileSync } from 'node:fs';
import https from 'node:https';
import { OutsideAgent } from '../../../local/functions/outside-agent.ts';
// The SDK gives the bucket a host name of its own under that of MiniStack.
import '../customer/resolve-localhost.ts';

// Loaded before each function (`node --import`): what it asks of SNS and of iVvy's key bucket is led to the hosts that this
// machine plays, as on the local stack. The SDK has agents of its own, and reaches MiniStack.

const { searchParams } = new URL(import.meta.url);
https.globalAgent = new OutsideAgent(
  Number(searchParams.get('port')),
  readFileSync(`${searchParams.get('authority')}`, 'utf8'),
);

// MiniStack's runtime replaces these two, to lead every host of amazonaws.com to itself. SNS is such a host.
for (const name of ['request', 'get'] as const) {
  const original = https[name];
  Object.defineProperty(https, name, { get: () => original, set: () => undefined });
}
