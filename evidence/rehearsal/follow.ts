import assert from 'node:assert/strict';
import { type CommandName, OMITTED } from './customer/commands.ts';
import type { Done, RunOptions } from './customer/customer.ts';
import { documented, linesOf } from './customer/documented.ts';
import { succeed, unexpected, type Walk } from './walk.ts';

interface FollowOptions extends RunOptions {
  /** What to replace in the commands: placeholders, and what MiniStack or the missing terminal needs. */
  readonly replace?: Readonly<Record<string, string>>;
}

interface FollowEachOptions extends FollowOptions {
  /** Is called after each command but the last, with the number of those that were run. */
  readonly between?: (run: number) => Promise<void>;
}

/**
 * Runs commands of a page as one script.
 *
 * @throws {CommandError} where it does not end with 0.
 */
export const follow = async (
  walk: Walk,
  name: CommandName,
  { replace = {}, ...options }: FollowOptions = {},
): Promise<Done> => {
  const done = await succeed(walk, fill(await documented(name), replace), options);
  walk.followed.add(name);
  return done;
};

/**
 * Runs commands of a page one by one.
 *
 * @param expected the exit code of each. One that ends with 130 is interrupted as the options say.
 * @throws {CommandError} where one ends with another.
 */
export const followEach = async (
  walk: Walk,
  name: CommandName,
  expected: readonly number[],
  { replace = {}, interruptWhen, between, ...options }: FollowEachOptions = {},
): Promise<readonly Done[]> => {
  const lines = linesOf(fill(await documented(name), replace));
  assert.equal(lines.length, expected.length, `${name} has ${lines.length} commands`);
  const all: Done[] = [];
  for (const [index, line] of lines.entries()) {
    const wanted = expected[index];
    const interruption = wanted === 130 && interruptWhen !== undefined ? { interruptWhen } : {};
    const done = await walk.customer.run(line, { ...options, ...interruption });
    if (done.exitCode !== wanted) throw unexpected(line, done);
    all.push(done);
    if (all.length < lines.length) await between?.(all.length);
  }
  walk.followed.add(name);
  return all;
};

/**
 * Leaves out the commands that are never run, and fills in the rest.
 *
 * @throws {Error} where there is nothing to replace: the page has changed.
 */
const fill = (commands: string, replace: Readonly<Record<string, string>>): string =>
  Object.entries(replace).reduce(
    (filled, [from, to]) => {
      assert(filled.includes(from), `"${from}" is not in the commands:\n${commands}`);
      return filled.replaceAll(from, to);
    },
    linesOf(commands)
      .filter((line) => !Object.hasOwn(OMITTED, line))
      .join('\n'),
  );
