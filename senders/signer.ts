import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPki } from './pki.ts';
import { SendError } from './send-error.ts';
import type { Sample, Sender, SignedRequest } from './sender.ts';

/**
 * Gives a source's sender what it signs with: the keys in `pki/` or the source's secret in `secrets.json`, both in the
 * directory of the local stack, which makes them at its first start.
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
  // Checked first: reading a PKI creates a missing one, which a running gateway would not use.
  await access(join(directory, 'pki')).catch(notStarted);
  const keys = await loadPki(join(directory, 'pki'));
  return (sample) => sender.sign(sample, keys);
};

/** A source's secret: a string, or `{ current, previous, rotatedAt }` once it was rotated. */
const readSecret = async (file: string, source: string): Promise<string> => {
  const secrets = parseSecrets(file, await readFile(file, 'utf8').catch(notStarted));
  const secret = Object.hasOwn(secrets, source) ? secrets[source] : undefined;
  const current =
    typeof secret === 'object' && secret !== null && 'current' in secret ? secret.current : secret;
  if (typeof current === 'string') return current;
  const known = Object.keys(secrets).join(', ') || 'none';
  throw new SendError(2, `${file} has no secret of a source "${source}"; it has those of: ${known}`);
};

const parseSecrets = (file: string, text: string): Readonly<Record<string, unknown>> => {
  try {
    const secrets: unknown = JSON.parse(text);
    if (typeof secrets === 'object' && secrets !== null) return { ...secrets };
  } catch {
    // Said below; V8's own message would quote the text, and that is secrets.
  }
  throw new SendError(
    1,
    `${file} is no JSON object of secrets: mend it, or delete it and start the local stack again`,
  );
};

const notStarted = (cause: unknown): never => {
  throw new SendError(1, 'start the local stack first: npm start', { cause });
};
