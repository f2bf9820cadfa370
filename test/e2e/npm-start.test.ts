import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

// The commands of the README, as a newcomer types them, on an app with the sources that ship. `bin/gatepost.ts` is a customer's.

const PROJECT = resolve(import.meta.dirname, '../..');
const started = performance.now();
let localStack: ChildProcess;
let lines: Interface;
let ready: {
  readonly gateway: string;
  readonly console: string;
  readonly queues: Readonly<Record<string, string>>;
};
let readyAfterMs = 0;

beforeAll(async () => {
  localStack = spawn(
    'npm',
    [
      '--silent',
      'start',
      '--',
      '--app=node_modules/.bin/node evidence/cost/example-app.ts',
      '--json',
      '--port=0',
      '--console-port=0',
      '--sqs-port=0',
      '--dynamodb-port=0',
    ],
    {
      cwd: PROJECT,
      stdio: ['ignore', 'pipe', 'inherit'],
      // A group of its own: npm does not pass on a signal to what it runs.
      detached: true,
    },
  );
  lines = createInterface({ input: localStack.stdout as NodeJS.ReadableStream });
  const [first] = (await once(lines, 'line')) as [string];
  readyAfterMs = performance.now() - started;
  ready = JSON.parse(first);
}, 60_000);

afterAll(() => {
  if (localStack.exitCode === null && localStack.signalCode === null && localStack.pid !== undefined)
    process.kill(-localStack.pid, 'SIGKILL');
});

const send = async (...args: readonly string[]) => {
  const child = spawn('npm', ['--silent', 'run', 'send', '--', ...args, '--url', ready.gateway], {
    cwd: PROJECT,
  });
  const [[exitCode], out] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { exitCode, out };
};

test('is ready, and says where everything is', () => {
  // 15 s on a machine that has nothing else to do; here other tests run beside it.
  expect(readyAfterMs).toBeLessThan(45_000);
  expect(ready).toMatchObject({ ready: true, gateway: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
  expect(Object.keys(ready.queues)).toEqual(expect.arrayContaining(['company', 'contact', 'unrecognized']));
});

test('shows itself to a browser', async () => {
  const page = await fetch(ready.console);
  expect(await page.text()).toContain('<title>Gatepost on this machine</title>');
  expect(await (await fetch(`${ready.console}/api/local-stack`)).json()).toMatchObject({
    gateway: ready.gateway,
    console: expect.stringMatching(/:function:gatepost-console$/),
  });
  const order = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
  expect(await fetch(`${ready.console}/api/send`, order)).toMatchObject({ status: 403 });
});

test.each([
  [['ivvy'], '200', 0],
  [['altoviz'], '200', 0],
  [['altoviz', '--duplicate'], '200', 0],
  [['ivvy', '--tamper'], '401', 0],
  [['ivvy', 'subscribe'], 'confirmed', 0],
  [['ivvy', 'NoSuchEvent'], '', 2],
])('npm run send -- %j', async (args, said, code) => {
  const { exitCode, out } = await send(...args);
  expect(exitCode).toBe(code);
  expect(out).toContain(said);
});

test('ends when it is told to', async () => {
  process.kill(-(localStack.pid as number), 'SIGINT');
  await once(localStack, 'close');
  await expect(fetch(ready.gateway)).rejects.toThrow();
}, 15_000);
