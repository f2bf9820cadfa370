import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPki } from './pki.ts';
import { SendError } from './send-error.ts';
import type { Sample, Sender, SignedRequest } from './sender.ts';

/**
 * Gives a source's sender its keys: those in `pki/` or the source's secret in `secrets.json`. Both are in the directory of
 * the local stack, which creates them at its first start.
 *
 * @throws {SendError} where there are none.
 */
export const signerFor = async (
  sender: Sender,
  source: string,
  directory: string,
): Promise<(sample: Sample) => SignedRequest> => {
  if (sender.signsWith === 'secret') {
    const secret = await readSecret(join(directory, 'secrets.json'), source);
    return (sample) => sender.sign(sample, secret);
  }
  // Checked first: loadPki would create a missing PKI, which a running local stack would not use.
  await access(join(directory, 'pki')).catch(notStarted);
  const keys = await loadPki(join(directory, 'pki'));
  return (sample) => sender.sign(sample, keys);
};

/** A secret is a string, or `{ current, previous, rotatedAt }` after a rotation. */
const readSecret = async (file: string, source: string): Promise<string> => {
  const secrets = parseSecrets(file, await readFile(file, 'utf8').catch(notStarted));
  const secret = Object.hasOwn(secrets, source) ? secrets[source] : undefined;
  const current =
    typeof secret === 'object' && secret !== null && 'current' in secret ? secret.current : secret;
  if (typeof current === 'string') return current;
  const known = Object.keys(secrets).join(', ') || 'none';
  throw new SendError(2, `${file} has no secret of a source "${source}"; it has secrets of: ${known}`);
};

const parseSecrets = (file: string, text: string): Readonly<Record<string, unknown>> => {
  try {
    const secrets: unknown = JSON.parse(text);
    if (typeof secrets === 'object' && secrets !== null) return { ...secrets };
  } catch {
    // V8's message would quote the text, which is secret.
  }
  throw new SendError(
    1,
    `${file} is not a JSON object of secrets: correct it, or delete it and restart the local stack`,
  );
};

const notStarted = (cause: unknown): never => {
  throw new SendError(1, 'start the local stack first: npm start', { cause });
};
