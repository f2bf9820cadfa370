// What Lambda's runtime is to a function: loads a bundle and hands it events, one after the other. Beside that it measures.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import { OutsideAgent } from '../../../local/functions/outside-agent.ts';
import type { ContenderData } from './contender.ts';
import type { Order, Report, Slice } from './slice.ts';

type Handler = (event: unknown, context: unknown) => unknown;

const tell = (report: Report): void => {
  process.send?.(report);
};

const measure = async (action: () => Promise<void>): Promise<Slice> => {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await action();
  const wallMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  return { cpuUs: user + system, wallMs, peakBytes: peakBytes() };
};

/**
 * The most memory that this process ever held, in bytes. What `resourceUsage` says begins on Linux with that of the process
 * which started it.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
const peakBytes = (): number => {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const [, kilobytes = process.resourceUsage().maxRSS] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return Number(kilobytes) * 1024;
};

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
const CONTEXT = {
  awsRequestId: '5f0cd5a4-3bd5-4b52-8d3c-6ad5d3b9ae2e',
  callbackWaitsForEmptyEventLoop: true,
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: '$LATEST',
  invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${process.env.AWS_LAMBDA_FUNCTION_NAME}`,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  getRemainingTimeInMillis: () => 10_000,
};

const start = async ({ bundle, outside }: ContenderData): Promise<Handler> => {
  if (outside !== undefined) https.globalAgent = new OutsideAgent(outside.port, outside.caCert);
  const require = createRequire(bundle);
  let handler: Handler | undefined;
  const slice = await measure(async () => {
    handler = (require(bundle) as { readonly handler?: Handler }).handler;
  });
  if (typeof handler !== 'function') throw new Error(`${bundle} exports no handler`);
  tell({ type: 'ready', start: slice });
  return handler;
};

const attend = (handler: Handler, { events, answers }: ContenderData): void => {
  let next = 0;
  const callOnce = async (): Promise<void> => {
    const answer = await handler(events[next % events.length], CONTEXT);
    next += 1;
    // A contender that fails fast must not win.
    for (const [name, value] of Object.entries(answers)) {
      const given = (answer as Readonly<Record<string, unknown>> | undefined)?.[name];
      if (!isDeepStrictEqual(given, value))
        throw new Error(`${name} is ${JSON.stringify(given)}, not ${JSON.stringify(value)}`);
    }
  };
  process.on('message', async ({ run }: Order) => {
    try {
      const slice = await measure(async () => {
        for (let call = 0; call < run; call++) await callOnce();
      });
      tell({ type: 'slice', slice });
    } catch (error) {
      tell({ type: 'failed', message: Error.isError(error) ? String(error.stack) : String(error) });
    }
  });
};

process.once('message', async (data: ContenderData) => {
  try {
    attend(await start(data), data);
  } catch (error) {
    tell({ type: 'failed', message: Error.isError(error) ? String(error.stack) : String(error) });
  }
});
// The parent process has ended.
process.on('disconnect', () => process.exit(0));
