import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { recordOf } from '../support/record.ts';

export interface LocalSecret {
  readonly current: string;
  readonly previous?: string | undefined;
  readonly rotatedAt: Date;
}

/** The file `.gatepost/secrets.json`, which users may edit at any time. An invalid file is never overwritten. */
export interface SecretsFile {
  /** The names of the secrets that were created when the file was opened. */
  readonly made: readonly string[];
  /**
   * Reads a secret from the file; undefined where there is none.
   *
   * @throws {Error} where the file is invalid.
   */
  read(name: string): Promise<LocalSecret | undefined>;
  /**
   * Makes a value the current one, and the current value the previous one.
   *
   * @throws {Error} where the file is invalid.
   */
  rotate(name: string, value: string): Promise<void>;
  /**
   * Removes the previous value, if there is one.
   *
   * @throws {Error} where the file is invalid.
   */
  removePrevious(name: string): Promise<void>;
}

/** `Date` does not parse every form of ISO 8601. */
const TimeSchema = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.check((text) => !Number.isNaN(Date.parse(text))),
);

/** A string, or an object after a rotation. */
const FileSchema = recordOf(
  v.union([
    v.string(),
    v.object({
      current: v.string(),
      previous: v.optional(v.string()),
      rotatedAt: v.optional(TimeSchema),
    }),
  ]),
);

/**
 * Opens the file, and adds a random secret for each name that is missing.
 *
 * @throws {Error} where the file is invalid.
 */
export const openSecretsFile = async (path: string, names: readonly string[]): Promise<SecretsFile> => {
  const { secrets } = await readSecrets(path);
  const made = names.filter((name) => !Object.hasOwn(secrets, name));
  if (made.length > 0) {
    const all = { ...secrets, ...Object.fromEntries(made.map((name) => [name, randomSecret()])) };
    await mkdir(dirname(path), { recursive: true });
    await writeSecrets(path, all);
  }

  // Editing a value in the file counts as a rotation: the old value becomes the previous one.
  const seen = new Map<
    string,
    { readonly current: string; readonly replaced?: string | undefined; readonly since: Date }
  >();
  const read = async (name: string): Promise<LocalSecret | undefined> => {
    const { secrets, changedAt } = await readSecrets(path);
    const entry = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    if (entry === undefined) return undefined;
    const { current, previous, rotatedAt } = typeof entry === 'string' ? { current: entry } : entry;
    const before = seen.get(name);
    const now =
      before?.current === current ? before : { current, replaced: before?.current, since: changedAt };
    seen.set(name, now);
    return {
      current,
      previous: previous ?? now.replaced,
      rotatedAt: rotatedAt === undefined ? now.since : new Date(rotatedAt),
    };
  };

  const rotateNow = async (name: string, value: string): Promise<void> => {
    const { secrets } = await readSecrets(path);
    const entry = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    const previous = typeof entry === 'object' ? entry.current : entry;
    const rotatedAt = new Date().toISOString();
    await writeSecrets(path, {
      ...secrets,
      [name]: { current: value, ...(previous !== undefined && { previous }), rotatedAt },
    });
  };

  const removePreviousNow = async (name: string): Promise<void> => {
    // The value that an edit of the file replaced is not in the file.
    const known = seen.get(name);
    if (known !== undefined) seen.set(name, { current: known.current, since: known.since });
    const { secrets } = await readSecrets(path);
    const entry = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    if (typeof entry !== 'object') return;
    const { previous: _, ...rest } = entry;
    await writeSecrets(path, { ...secrets, [name]: rest });
  };

  // In sequence: two concurrent writers would overwrite each other.
  let writing = Promise.resolve();
  const inSequence = (write: () => Promise<void>): Promise<void> => {
    const written = writing.then(write);
    writing = written.catch(() => undefined);
    return written;
  };

  await Promise.all(names.map(read));
  return {
    made,
    read,
    rotate: (name, value) => inSequence(() => rotateNow(name, value)),
    removePrevious: (name) => inSequence(() => removePreviousNow(name)),
  };
};

/** Replaces the file atomically, so that a concurrent reader never sees half of it. */
const writeSecrets = async (path: string, secrets: v.InferOutput<typeof FileSchema>): Promise<void> => {
  const written = `${path}.${randomUUID()}`;
  await writeFile(written, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 });
  await rename(written, path);
};

const readSecrets = async (
  path: string,
): Promise<{ readonly secrets: v.InferOutput<typeof FileSchema>; readonly changedAt: Date }> => {
  let text: string;
  let changedAt: Date;
  try {
    [text, { mtime: changedAt }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT')
      return { secrets: {}, changedAt: new Date() };
    throw error;
  }
  try {
    return { secrets: v.parse(FileSchema, JSON.parse(text)), changedAt };
  } catch {
    // The parsers' messages quote the text, which is secret.
    throw new Error(
      `${path} must be a JSON object of secrets: "<source>": "<secret>" or { "current", "previous", "rotatedAt" }`,
    );
  }
};

/** In the format of Standard Webhooks. The other providers accept any text. */
const randomSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
