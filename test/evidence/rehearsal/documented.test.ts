import { describe, expect, test } from '@jest/globals';
import {
  COMMANDS,
  type CommandName,
  NOT_RUN,
  OMITTED,
  PAGES,
} from '../../../evidence/rehearsal/customer/commands.ts';
import {
  commandsOn,
  documented,
  find,
  inlineCommands,
  linesOf,
  shellBlocks,
} from '../../../evidence/rehearsal/customer/documented.ts';

test('blocks of commands are read without the indent of their list', () => {
  expect(shellBlocks('a\n```sh\nls\n```\n- b\n  ```sh\n  cat a |\n    wc\n  ```\n```ts\nno\n```\n')).toEqual([
    'ls\n',
    'cat a |\n  wc\n',
  ]);
});

test('commands in a text are read, but not names of programs, and nothing of a block', () => {
  const text = 'Run `npx cdk deploy` with `cdk` or `aws`, or `aws sqs help`.\n```sh\necho `npm run x`\n```\n';
  expect(inlineCommands(text)).toEqual(['npx cdk deploy', 'aws sqs help']);
});

test('a block is cut into commands, without comments', () => {
  expect(linesOf('a b   # why\n# all\nc "$d#e" \\\n  -f\n\ng\n')).toEqual(['a b', 'c "$d#e" \\\n  -f', 'g']);
});

test('a text finds the one block that has it', async () => {
  expect(await documented('bootstrap')).toContain('aws sts get-caller-identity\n');
  const page = 'docs/deploy.md';
  const all = await commandsOn(page);
  expect(find({ page, has: 'npx cdk deploy' }, all)).toBe('npx cdk deploy\n');
  expect(() => find({ page, has: 'npx cdk' }, all)).toThrow(/docs\/deploy.md has \d+ blocks/);
  expect(() => find({ page, has: 'no such text' }, all)).toThrow('has 0 blocks');
});

describe('each command of a page that customers follow is run, or there is a reason', () => {
  const places = [...Object.values(COMMANDS), ...NOT_RUN];

  test.each(PAGES)('%s', async (page) => {
    const all = await commandsOn(page);
    const listed = places.filter((place) => place.page === page).map((place) => find(place, all));
    expect(new Set(listed).size).toBe(listed.length);
    const blocks = await Promise.all(places.map(async (place) => find(place, await commandsOn(place.page))));
    // A block has to be listed itself. A command of the text may be part of a block.
    const isListed = (command: string): boolean =>
      listed.includes(command) ||
      (!command.endsWith('\n') && blocks.some((block) => block.includes(command)));
    expect(all.filter((command) => !isListed(command))).toEqual([]);
  });

  test('and so is each that is left out of a block', async () => {
    const blocks = await Promise.all(Object.keys(COMMANDS).map((name) => documented(name as CommandName)));
    const lines = blocks.flatMap(linesOf);
    expect(Object.keys(OMITTED).filter((line) => !lines.includes(line))).toEqual([]);
  });

  test('and no other page is listed', () => {
    expect(places.filter(({ page }) => !PAGES.includes(page))).toEqual([]);
  });
});
