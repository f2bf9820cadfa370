import { mkdtemp, rm } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutsideAgent } from '../../../local/functions/outside-agent.ts';
import { type Outside, startOutside } from '../../../local/internet/internet.ts';
import { loadPki, type Pki } from '../../../senders/pki.ts';

/** SNS and iVvy's key buckets on this machine. */
export interface World {
  readonly pki: Pki;
  readonly outside: Outside;
  stop(): Promise<void>;
}

/**
 * Starts the world outside with new keys, and leads every https request to it, whoever makes one.
 *
 * @param snsCertificate the certificate that SNS's host gives, PEM. Default: a new one.
 */
export const startWorld = async (snsCertificate?: string): Promise<World> => {
  const directory = await mkdtemp(join(tmpdir(), 'gatepost-test-'));
  const made = await loadPki(join(directory, 'pki'));
  const pki = snsCertificate === undefined ? made : { ...made, sns: { ...made.sns, cert: snsCertificate } };
  const outside = await startOutside(pki);
  const before = https.globalAgent;
  const agent = new OutsideAgent(outside.port, pki.caCert);
  https.globalAgent = agent;
  return {
    pki,
    outside,
    stop: async () => {
      https.globalAgent = before;
      agent.destroy();
      await outside.stop();
      await rm(directory, { recursive: true });
    },
  };
};
