import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A request that the stub answered. */
export interface StubCall {
  /** `SendMessage`, `PutItem` … */
  readonly action: string;
  /** Empty unless the stub was told to record. */
  readonly input: Readonly<Record<string, unknown>>;
  /** When it came in; ms since the stub began. */
  readonly startedAt: number;
  /** When it was answered; ms since the stub began. */
  readonly answeredAt: number;
}

/** What the stub is told. */
export interface StubOrder {
  /** From now on each answer takes so long, in ms. */
  readonly delay?: number;
  /** From now on the event log remembers the events, and has so many of others already. Before that it takes everything. */
  readonly remember?: number;
  /** From now on the event log takes everything again. */
  readonly forget?: boolean;
  /** From now on it notes what the requests said, or doesn't. It doesn't before it is told to. */
  readonly record?: boolean;
}

/** What the stub says. */
export type StubReport =
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'calls'; readonly calls: readonly StubCall[] };

/** SQS, DynamoDB and Secrets Manager in a process of their own. */
export interface Stub {
  readonly url: string;
  /** Tells it something, and gives the requests that it answered since it was told something before. */
  tell(order: StubOrder): Promise<readonly StubCall[]>;
  stop(): Promise<void>;
}

/**
 * Starts the stub.
 *
 * @param secret what Secrets Manager has.
 */
export const startStub = async (secret: string): Promise<Stub> => {
  const child = fork(new URL('./stub-process.ts', import.meta.url), {
    execArgv: [],
    env: { SECRET: secret },
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [ready] = (await once(child, 'message')) as [StubReport];
  if (ready.type !== 'ready') throw new Error('the stub is not ready');
  return {
    url: `http://127.0.0.1:${ready.port}`,
    tell: async (order) => {
      const answered = once(child, 'message') as Promise<[StubReport]>;
      child.send(order);
      const [report] = await answered;
      return report.type === 'calls' ? report.calls : [];
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
};
