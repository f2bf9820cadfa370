import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AttackedStack, type AttackedStackOptions, startAttackedStack } from './attacked-stack.ts';

/** The hosts that the functions may ask, beside AWS by its SDK: the whole list. */
export const HOSTS = ['s3-ap-southeast-2.amazonaws.com', 'sns.ap-southeast-2.amazonaws.com'];

/** The local stack under attack, with a recorder below each function that sees wherever it goes. */
export interface RecordedStack extends AttackedStack {
  /** Wherever the functions went: connections, names looked up, datagrams, processes. */
  connections(): Promise<ReadonlySet<string>>;
  /** What of it is not on the list: connections that lead neither to AWS nor to the world outside, and hosts asked for there. */
  strangers(): Promise<readonly string[]>;
}

/** {@link startAttackedStack}, recorded. */
export const startRecordedStack = async (options: AttackedStackOptions): Promise<RecordedStack> => {
  const directory = await mkdtemp(join(tmpdir(), 'gatepost-recorded-'));
  const file = join(directory, 'connections');
  await writeFile(file, '');
  const localStack = await startAttackedStack({ ...options, environment: recorderEnvironment(file) });
  const connections = () => recordedIn(file);
  return {
    ...localStack,
    connections,
    strangers: async () => {
      const allowed = allowedConnections(localStack);
      return [
        ...[...(await connections())].filter((one) => !allowed.includes(one)),
        ...localStack.localStack.outside.requests
          .map(({ host }) => host)
          .filter((host) => !HOSTS.includes(host)),
      ];
    },
    stop: async () => {
      await localStack.stop();
      await rm(directory, { recursive: true });
    },
  };
};

/** Where the functions may connect to: what AWS is to them here, and the world outside. No name has to be looked up for that. */
export const allowedConnections = ({ aws, localStack }: AttackedStack): readonly string[] =>
  [...Object.values(aws.endpoints).map((url) => new URL(url).port), localStack.outside.port].map(
    (port) => `connect 127.0.0.1 ${port}`,
  );

/** What a function is started with, to be recorded in that file. */
export const recorderEnvironment = (file: string): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'socket-recorder.ts'))}`,
  GATEPOST_SOCKETS: file,
});

/** What was recorded in it. */
export const recordedIn = async (file: string): Promise<ReadonlySet<string>> =>
  new Set((await readFile(file, 'utf8')).split('\n').filter((line) => line !== ''));
