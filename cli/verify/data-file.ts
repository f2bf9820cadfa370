import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { notReadable } from './capture.ts';

/** As many bytes as the largest body has in any encoding. */
const MAX_BYTES = 3 * 1024 * 1024;

/**
 * Reads the file of `--data @file`. A capture may come from another person: only a file in the folder of the capture or
 * in the current one is read, and neither a pipe nor a device, which may have no end.
 *
 * @param folder of the capture. Default: the current one.
 * @throws {CliError} for any other file.
 */
export const readDataFile = (path: string, folder = '.'): Buffer => {
  if (path === '-')
    throw notReadable('its body comes from the input of curl (@-), which is not in the capture.');
  const folders = [...new Set([resolve(folder), resolve('.')])];
  const candidates = folders.map((each) => resolve(each, path));
  const found = candidates.find((each) => statSync(each, { throwIfNoEntry: false }) !== undefined);
  if (found === undefined) {
    throw notReadable(`the file with the body is not there: ${[...new Set(candidates)].join(', nor ')}.`);
  }
  if (!folders.some((each) => isIn(realpathSync(each), realpathSync(found)))) {
    throw notReadable(
      `the file with the body, ${found}, is outside of the capture's folder and of the current one: copy it there.`,
    );
  }
  const stats = statSync(found);
  if (!stats.isFile()) throw notReadable(`the body is to be read from ${found}, which is no regular file.`);
  if (stats.size > MAX_BYTES) throw notReadable(`the file with the body, ${found}, has more than 3 MiB.`);
  return readFileSync(found);
};

const isIn = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return !isAbsolute(way) && way !== '..' && !way.startsWith(join('..', '/'));
};
