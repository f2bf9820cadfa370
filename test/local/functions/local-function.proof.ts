import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { FunctionDefinition } from '../../../local/functions/definition.ts';
import { createFunction, type LocalFunction } from '../../../local/functions/local-function.ts';
import { listen } from '../../../local/support/listen.ts';
import { loadPki, type Pki } from '../../../senders/pki.ts';
import { temporaryDirectory, writeAssembly } from '../support/fixture-assembly.ts';

let directory: string;
let pki: Pki;
let outside: Server;
let outsidePort: number;
let lines: string[] = [];
const started: LocalFunction[] = [];

beforeAll(async () => {
  directory = await temporaryDirectory();
  pki = await loadPki(`${directory}/pki`);
  outside = createServer(
    {
      SNICallback: (name, done) => {
        // Whatever is asked for, this host only says that it is sns.example.
        void pki
          .serverContext(name === 'wrong.example' ? 'sns.example' : name)
          .then((context) => done(null, context));
      },
    },
    ({ headers, url }, response) => response.end(`${headers.host}${url}`),
  );
  outsidePort = await listen(outside, 0);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((fn) => fn.stop()));
  lines = [];
});
afterAll(async () => {
  outside.closeAllConnections();
  outside.close();
  await rm(directory, { recursive: true });
});

let count = 0;
/** A function with this code. */
const functionOf = async (code: string, more: Partial<FunctionDefinition> = {}): Promise<LocalFunction> => {
  const asset = `f${count++}`;
  await writeAssembly(directory, {}, { [asset]: code });
  const fn = createFunction(
    {
      name: 'the-function',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:the-function',
      logGroup: '/aws/lambda/the-function',
      directory: `${directory}/asset.${asset}`,
      handler: 'index.handler',
      environment: {},
      timeout: 5,
      memorySize: 128,
      ...more,
    },
    {
      endpoints: {
        sqs: 'http://sqs',
        dynamodb: 'http://dynamodb',
        s3: 'http://s3',
        secretsManager: 'http://secrets',
        logs: 'http://logs',
      },
      outsidePort,
      caCert: pki.caCert,
      line: ({ name }, text) => lines.push(`${name}: ${text}`),
    },
  );
  started.push(fn);
  return fn;
};

describe('an invocation', () => {
  test('hands over the event and gives back what the handler returned, as JSON carries both', async () => {
    const fn = await functionOf(
      'export const handler = async (event) => ({ event, gone: undefined, at: new Date(0) });',
    );
    expect(await fn.invoke({ a: [1, 'ü'], b: undefined })).toEqual({
      event: { a: [1, 'ü'] },
      at: '1970-01-01T00:00:00.000Z',
    });
  });

  test('tells the function who it is and how long it has', async () => {
    const fn = await functionOf(
      `export const handler = async (event, context) =>
         [context.functionName, context.memoryLimitInMB, context.getRemainingTimeInMillis(), context.awsRequestId];`,
    );
    const [name, memory, remaining, id] = (await fn.invoke({})) as [string, string, number, string];
    expect([name, memory]).toEqual(['the-function', '128']);
    expect(remaining).toBeGreaterThan(4_000);
    expect(remaining).toBeLessThanOrEqual(5_000);
    expect((await fn.invoke({})) as unknown[]).not.toContain(id);
  });

  test('keeps what the module remembers, as a warm function does', async () => {
    const fn = await functionOf('let count = 0; export const handler = async () => ++count;');
    expect([await fn.invoke({}), await fn.invoke({})]).toEqual([1, 2]);
  });

  test('of a CommonJS bundle works the same', async () => {
    const fn = await functionOf('export {}');
    const { writeFile } = await import('node:fs/promises');
    await rm(`${fn.definition.directory}/index.mjs`);
    await writeFile(`${fn.definition.directory}/index.cjs`, 'exports.handler = async () => typeof require;');
    expect(await fn.invoke({})).toBe('function');
  });
});

test('the environment is what the template says, what Lambda sets, and where AWS is; nothing of this machine', async () => {
  process.env.GATEPOST_TEST_LEAK = 'leaked';
  const fn = await functionOf('export const handler = async () => process.env;', {
    environment: { SOURCE: '{"name":"ivvy"}' },
  });
  const environment = (await fn.invoke({})) as Record<string, string>;
  delete process.env.GATEPOST_TEST_LEAK;
  expect(environment).toMatchObject({
    SOURCE: '{"name":"ivvy"}',
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: 'the-function',
    AWS_ENDPOINT_URL_SQS: 'http://sqs',
    AWS_ENDPOINT_URL_DYNAMODB: 'http://dynamodb',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://secrets',
  });
  const own = /^(SOURCE|AWS_\w+|_HANDLER|LAMBDA_TASK_ROOT|LANG|TZ)$/;
  expect(Object.keys(environment).filter((name) => !own.test(name))).toEqual([]);
});

describe('what fails', () => {
  test('a handler that throws fails its event and takes the next one', async () => {
    const fn = await functionOf(
      'export const handler = async (event) => { if (event.bad) throw new Error("no good"); return "good"; };',
    );
    await expect(fn.invoke({ bad: true })).rejects.toMatchObject({ kind: 'handler', message: /no good/ });
    expect(lines.join('\n')).toContain('Error: no good');
    expect(await fn.invoke({})).toBe('good');
  });

  test('a handler that takes too long is ended, even where it never pauses', async () => {
    const fn = await functionOf(
      'let calls = 0; export const handler = async (event) => { while (event.forever); return ++calls; };',
      { timeout: 0.3 },
    );
    await fn.warmUp();
    await expect(fn.invoke({ forever: true })).rejects.toMatchObject({ kind: 'timeout' });
    expect(await fn.invoke({})).toBe(1);
  });

  test.each([
    ['an error that nobody catches', 'setTimeout(() => { throw new Error("stray") })', /stray/],
    ['an end of its own', 'process.exit(3)', /ended before it answered/],
    [
      'more memory than it has',
      'const a = []; for (;;) a.push(new Array(1e5).fill(Math.random()))',
      /memory/,
    ],
  ])('%s ends the worker, and the next event gets a new one', async (_, code, message) => {
    const fn = await functionOf(
      `let calls = 0;
       export const handler = async (event) => {
         calls++;
         if (!event.bad) return calls;
         ${code};
         await new Promise(() => {});
       };`,
      { memorySize: 32 },
    );
    await expect(fn.invoke({ bad: true })).rejects.toMatchObject({ kind: 'crash', message });
    expect(await fn.invoke({})).toBe(1);
  });

  test.each([
    ['throws while it loads', 'throw new Error("SOURCE is not set");', /SOURCE is not set/],
    ['has no such handler', 'export const other = 1;', /exports no function handler/],
  ])('a function that %s says so, to its start and to each event', async (_, code, message) => {
    const fn = await functionOf(code);
    await expect(fn.warmUp()).rejects.toMatchObject({ kind: 'init', message });
    await expect(Promise.all([fn.invoke({}), fn.invoke({})])).rejects.toMatchObject({
      kind: 'init',
      message,
    });
  });

  test('an interrupted function loses what it works on and starts anew', async () => {
    const fn = await functionOf(
      'let calls = 0; export const handler = async (event) => { calls++; if (event.wait) await new Promise(() => {}); return calls; };',
    );
    await fn.warmUp();
    const running = fn.invoke({ wait: true });
    const failure = expect(running).rejects.toMatchObject({ kind: 'crash' });
    await fn.interrupt();
    await failure;
    expect(await fn.invoke({})).toBe(1);
  });
});

test('a renewed function finishes what it works on, and then no worker of before gets an event', async () => {
  const fn = await functionOf(
    'const me = crypto.randomUUID(); export const handler = async ({ wait }) => { await new Promise((resolve) => setTimeout(resolve, wait)); return me; };',
  );
  const before = await Promise.all([fn.invoke({ wait: 300 }), fn.invoke({ wait: 300 })]);
  const running = fn.invoke({ wait: 300 });
  await fn.renew();
  const after = [await fn.invoke({ wait: 0 })];
  expect(before).toContain(await running);
  after.push(...(await Promise.all([fn.invoke({ wait: 100 }), fn.invoke({ wait: 100 })])));
  for (const worker of after) expect(before).not.toContain(worker);
});

describe('workers', () => {
  const SLOW = `import { threadId } from 'node:worker_threads';
    let running = 0;
    export const handler = async () => {
      const together = ++running;
      await new Promise((resolve) => setTimeout(resolve, 150));
      running--;
      return { together, threadId };
    };`;
  const together = async (fn: LocalFunction, events: number) =>
    (await Promise.all(Array.from({ length: events }, () => fn.invoke({})))) as {
      together: number;
      threadId: number;
    }[];

  test('take one event at a time; for more there are more workers, but not many', async () => {
    const results = await together(await functionOf(SLOW), 16);
    expect(results.every(({ together }) => together === 1)).toBe(true);
    const threads = new Set(results.map(({ threadId }) => threadId)).size;
    expect(threads).toBeGreaterThan(1);
    expect(threads).toBeLessThanOrEqual(4);
  });

  test('are no more than the reserved concurrency', async () => {
    const results = await together(await functionOf(SLOW, { concurrency: 1 }), 3);
    expect(new Set(results.map(({ threadId }) => threadId)).size).toBe(1);
  });
});

describe('what a function prints', () => {
  test('comes line by line, before its answer', async () => {
    const fn = await functionOf(
      `export const handler = async () => {
         process.stdout.write('{"half":'); process.stdout.write('1}\\nsecond\\n');
         console.error('third');
       };`,
    );
    await fn.invoke({});
    expect(lines).toEqual(['the-function: {"half":1}', 'the-function: second', 'the-function: third']);
  });

  test('is not lost when its time is up', async () => {
    const fn = await functionOf(
      'export const handler = () => { console.log("one"); console.log("two"); for (;;); };',
      {
        timeout: 0.3,
      },
    );
    await expect(fn.invoke({})).rejects.toMatchObject({ kind: 'timeout' });
    await sleep(50);
    expect(lines).toEqual([
      'the-function: one',
      'the-function: two',
      'the-function: The function timed out after 0.3 s',
    ]);
  });
});

describe('a request to an https host', () => {
  const GET = `import { get } from 'node:https';
    export const handler = (url) => new Promise((resolve) => {
      get(url, (response) => {
        let text = '';
        response.on('data', (chunk) => { text += chunk; }).on('end', () => resolve(text));
      }).on('error', (error) => resolve(error.code ?? error.message));
    });`;

  test('is led to the world outside as it is played here', async () => {
    const fn = await functionOf(GET);
    expect(await fn.invoke('https://sns.example/cert?a=1')).toBe('sns.example/cert?a=1');
    expect(await fn.invoke('https://other.example:8443/x')).toBe('other.example:8443/x');
  });

  test('fails where the host shows the certificate of another', async () => {
    expect(await (await functionOf(GET)).invoke('https://wrong.example/')).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
  });
});
