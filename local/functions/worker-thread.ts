import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { AwsEndpoints } from '../aws/endpoints.ts';
import { errorMessage } from '../support/error-message.ts';
import { type FunctionDefinition, handlerFiles, splitHandler } from './definition.ts';
import { functionEnvironment } from './environment.ts';
import { InvocationError } from './invocation-error.ts';
import { lineReader } from './line-reader.ts';
import type { InvokeMessage, WorkerData, WorkerMessage } from './messages.ts';

/** The environment that all functions share. */
export interface FunctionHost {
  /** The emulators, or a proxy in front of them. */
  readonly endpoints: AwsEndpoints;
  /** The port on this machine that plays every https host. */
  readonly outsidePort: number;
  /** The certificate authority of those hosts, PEM. */
  readonly caCert: string;
  /** Called with every line that a function prints. */
  line(printer: FunctionDefinition, text: string): void;
}

/** An execution environment of a function: a thread that processes one event at a time. */
export interface WorkerThread {
  /** Rejects with an {@link InvocationError} of kind `init`. */
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  /**
   * Sends one event to the thread.
   *
   * @returns the handler's result, after a conversion to JSON and back.
   * @throws {InvocationError}
   */
  invoke(event: unknown): Promise<unknown>;
  /** Ends the thread at once. */
  terminate(): Promise<void>;
}

/** As in Lambda. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
const INIT_TIMEOUT_MS = 10_000;

export const startWorkerThread = (definition: FunctionDefinition, host: FunctionHost): WorkerThread => {
  const { name, arn, directory, memorySize, timeout } = definition;
  const { path, exportName } = splitHandler(definition.handler);
  const data: WorkerData = {
    files: handlerFiles(directory, path),
    exportName,
    outsidePort: host.outsidePort,
    caCert: host.caCert,
    functionName: name,
    functionArn: arn,
    memorySize,
  };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    name,
    workerData: data,
    env: { ...functionEnvironment(definition, host.endpoints) },
    argv: [],
    // Not the options of this process: as in Lambda, they come from NODE_OPTIONS.
    execArgv: [],
    stdin: false,
    stdout: true,
    stderr: true,
    // The stack size is Lambda's too, so that deep recursion fails at the same depth.
    resourceLimits: { maxOldGenerationSizeMb: memorySize, stackSizeMb: 1 },
  });

  const starting = Promise.withResolvers<void>();
  let running: PromiseWithResolvers<unknown> | undefined;
  const fail = (kind: 'init' | 'crash' | 'timeout', message: string, cause?: unknown): void => {
    starting.reject(new InvocationError('init', message, { cause }));
    running?.reject(new InvocationError(kind, message, { cause }));
    running = undefined;
  };
  const settle = (action: (invocation: PromiseWithResolvers<unknown>) => void): void => {
    const invocation = running;
    running = undefined;
    if (invocation !== undefined) action(invocation);
  };

  const lines = lineReader((text) => host.line(definition, text));
  const on: { readonly [Type in WorkerMessage['type']]: (message: WorkerMessage & { type: Type }) => void } =
    {
      ready: () => starting.resolve(),
      output: ({ text }) => lines.write(text),
      result: ({ result }) =>
        settle(({ resolve }) => resolve(result === undefined ? undefined : JSON.parse(result))),
      error: ({ message, stack }) =>
        settle(({ reject }) => {
          lines.write(`${stack}\n`);
          reject(new InvocationError('handler', `${name} threw: ${message}`));
        }),
    };
  worker.on('message', (message: WorkerMessage) =>
    (on[message.type] as (message: WorkerMessage) => void)(message),
  );
  worker.on('error', (error) => {
    const message = errorMessage(error);
    const { stack = message } = error as { readonly stack?: string };
    lines.write(`${stack}\n`);
    fail('crash', `${name} crashed: ${message}`, error);
  });
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      if (running !== undefined) lines.write('The function ended before it answered\n');
      lines.end();
      fail('crash', `${name} ended before it answered`);
      resolve();
    });
  });

  const initTimer = setTimeout(() => {
    fail('init', `${name} did not start within ${INIT_TIMEOUT_MS / 1000} s`);
    void worker.terminate();
  }, INIT_TIMEOUT_MS);
  const ready = starting.promise.finally(() => clearTimeout(initTimer));
  // Without a caller that waits, the rejection must not end the process.
  ready.catch(() => undefined);

  return {
    ready,
    ended,
    invoke: async (event) => {
      running = Promise.withResolvers();
      const { promise } = running;
      const timeoutMs = timeout * 1000;
      worker.postMessage({
        requestId: randomUUID(),
        event: JSON.stringify(event),
        timeout: timeoutMs,
      } satisfies InvokeMessage);
      const timer = setTimeout(() => {
        lines.write(`The function timed out after ${timeout} s\n`);
        fail('timeout', `${name} timed out after ${timeout} s`);
        void worker.terminate();
      }, timeoutMs);
      return promise.finally(() => clearTimeout(timer));
    },
    terminate: async () => {
      await worker.terminate();
    },
  };
};
