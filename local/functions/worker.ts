// Plays Lambda's runtime: loads the handler, passes it the events, and reports its output.
import { existsSync } from 'node:fs';
import https from 'node:https';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { InvokeMessage, WorkerData, WorkerMessage } from './messages.ts';
import { OutsideAgent } from './outside-agent.ts';

type Handler = (event: unknown, context: unknown) => unknown;

const { files, exportName, outsidePort, caCert, functionName, functionArn, memorySize } =
  workerData as WorkerData;

const post = (message: WorkerMessage): void => parentPort?.postMessage(message);

// Output is sent through the same port as results, so that it keeps its order. A worker's own streams would lose the last
// output when the worker is ended.
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk: unknown, ...rest: readonly unknown[]): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString();
    post({ type: 'output', text });
    const done = rest.find((argument) => typeof argument === 'function');
    if (done !== undefined) process.nextTick(done as () => void);
    return true;
  };
}

https.globalAgent = new OutsideAgent(outsidePort, caCert);

const loadHandler = async (): Promise<Handler> => {
  const file = files.find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`There is no file ${files.join(', ')}`);
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const handler = module[exportName] ?? (module.default as Record<string, unknown> | undefined)?.[exportName];
  if (typeof handler !== 'function') throw new Error(`${file} exports no function ${exportName}`);
  return handler as Handler;
};

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
const contextOf = ({ requestId, timeout }: InvokeMessage, began: number) => ({
  awsRequestId: requestId,
  callbackWaitsForEmptyEventLoop: true,
  functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: functionArn,
  logGroupName: `/aws/lambda/${functionName}`,
  logStreamName: 'local',
  memoryLimitInMB: String(memorySize),
  // Not by the system clock, which may change.
  getRemainingTimeInMillis: () => Math.max(0, Math.floor(began + timeout - performance.now())),
});

const handler = await loadHandler();
parentPort?.on('message', async (message: InvokeMessage) => {
  try {
    const result = await handler(JSON.parse(message.event), contextOf(message, performance.now()));
    post({ type: 'result', result: JSON.stringify(result) });
  } catch (error) {
    const { message, stack = '' } = Error.isError(error) ? error : new Error(String(error));
    post({ type: 'error', message, stack });
  }
});
post({ type: 'ready' });
