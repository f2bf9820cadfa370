import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CliError, EXIT_CODE_MEANINGS, EXIT_CODES } from '../../cli/cli-error.ts';
import { commands } from '../../cli/commands/index.ts';
import { helpTexts } from '../../cli/help.ts';
import type { History } from '../../cli/history.ts';
import { type AddCommand, run } from '../../cli/program.ts';
import { withReference } from '../../docs/cli-page.ts';
import { type CommandUnderTest, commandUnderTest, NOW } from './support/gatepost.ts';

/** Runs a command line with commands of the test's own. */
const runWith = async (line: string, add: AddCommand, interrupted = new AbortController().signal) => {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const exitCode = await run(line.split(' '), [add], {
    in: new PassThrough(),
    out,
    err,
    env: {},
    stateDir: '/nowhere',
    now: () => NOW,
    sleep: async () => undefined,
    interrupted,
  });
  return { exitCode, out: String(out.read() ?? ''), err: String(err.read() ?? '') };
};

const throwing =
  (error: unknown): AddCommand =>
  (program) => {
    program.command('do').action(async () => {
      throw error;
    });
  };

describe('exit codes', () => {
  test('all are documented', () => {
    expect(Object.keys(EXIT_CODE_MEANINGS).map(Number).sort()).toEqual(Object.values(EXIT_CODES).sort());
  });

  test.each(Object.entries(EXIT_CODES))('%s is %i', async (exit, code) => {
    const error = new CliError(exit as keyof typeof EXIT_CODES, 'It is wrong.', 'Set it right.');
    expect(await runWith('do', throwing(error))).toEqual({
      exitCode: code,
      out: '',
      err: 'It is wrong.\nSet it right.\n',
    });
    const { err } = await runWith('do --json', throwing(error));
    expect(JSON.parse(err)).toEqual({
      error: { message: 'It is wrong.', next: 'Set it right.', exitCode: code },
    });
  });

  test.each([
    [
      { name: 'AccessDeniedException', message: 'User x may not y', $metadata: {} },
      'AWS denied access: User x may not y\n',
    ],
    [
      { name: 'ThrottlingException', message: 'Rate\nexceeded', $metadata: {} },
      'AWS refused (ThrottlingException): Rate\n',
    ],
    [{ code: 'ECONNREFUSED' }, "AWS, or the local stack, can't be reached (ECONNREFUSED).\n"],
  ])('what AWS refuses is said in words: %j', async (fields, said) => {
    const error = Object.assign(new Error('?'), fields);
    expect(await runWith('do', throwing(error))).toEqual({ exitCode: 1, out: '', err: said });
  });

  test('what was interrupted says no more', async () => {
    expect(await runWith('do', throwing(new Error('aborted')), AbortSignal.abort())).toEqual({
      exitCode: 130,
      out: '',
      err: '',
    });
  });

  test.each(['nothing-of-ours', '--nothing-of-ours', 'sources --nothing', 'secret', 'sources too many'])(
    '"%s" is not understood',
    async (line) => {
      const gatepost = await commandUnderTest();
      try {
        const { exitCode, out, err } = await gatepost.run(line);
        expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
        expect(err).toMatch(/^error: /);
        expect(err).toContain('Use --help for the commands and options.');
      } finally {
        await gatepost.stop();
      }
    },
  );
});

describe('the help', () => {
  test('is what docs/cli.md says: if not, run npm run docs', async () => {
    const page = await readFile(new URL('../../docs/cli.md', import.meta.url), 'utf8');
    expect(page).toBe(withReference(page));
  });

  test('has every command with a description, and says the exit codes', async () => {
    const help = helpTexts(commands);
    const inner = [...help.keys()].filter((name) => name.includes(' '));
    expect(inner).toEqual(['rejected show', 'rejected explain', 'rejected retry']);
    expect([...help.keys()]).toHaveLength(1 + commands.length + inner.length);
    for (const [name, text] of help)
      expect([name, text.split('\n\n')[1]?.length]).toEqual([name, expect.any(Number)]);
    const { exitCode, out } = await runWith('--help', () => undefined);
    expect(exitCode).toBe(0);
    for (const meaning of Object.values(EXIT_CODE_MEANINGS)) expect(out).toContain(meaning);
  });
});

describe('on the local stack', () => {
  let gatepost: CommandUnderTest;
  beforeAll(async () => {
    gatepost = await commandUnderTest();
  });
  afterAll(() => gatepost.stop());

  test('sources shows recent deliveries where the event log is read, and a dash where not', async () => {
    const history: History = {
      ofSource: async (_deployment, source, since) => {
        expect(since).toEqual(new Date('2026-11-21T06:00:00.000Z'));
        if (source !== 'ivy') return { events: 0, duplicates: 0 };
        return { lastDelivery: new Date('2026-11-22T05:59:00.000Z'), events: 41, duplicates: 2 };
      },
    };
    const { out } = await gatepost.run('sources', { history });
    const rows = out.split('\n').map((line) => line.split(/ {2,}/));
    expect(rows.find(([source]) => source === 'ivy')).toEqual([
      'ivy',
      'ivy',
      'missing',
      '– (no API key)',
      '2026-11-22T05:59:00.000Z',
      '41 events, 2 duplicates',
      'http://127.0.0.1:1/hooks/ivy',
    ]);
    const without = (await gatepost.run('sources')).out.split('\n').find((line) => line.startsWith('ivy '));
    expect(without).toMatch(/–\s+–\s+http/);
  });

  test('no local stack is a sentence', async () => {
    const { exitCode, err } = await runWith('do --local', (program, context) => {
      program.command('do').action(async () => {
        await context.deployment();
      });
    });
    expect({ exitCode, err }).toEqual({
      exitCode: 3,
      err: 'No local stack runs on this machine.\nStart it in another terminal (npm start), or leave out --local for the stack on AWS.\n',
    });
  });
});
