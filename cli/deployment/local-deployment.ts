import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { StateFile } from '../../local/state-file.ts';
import { CliError } from '../cli-error.ts';
import type { Deployment } from './deployment.ts';
import { readDeployment, readRouting } from './read-deployment.ts';

/**
 * Finds the local stack that runs on this machine, by its state file.
 *
 * @param stateDir where it keeps its state: `.gatepost`.
 * @throws {CliError} where none runs.
 */
export const findLocalStack = async (stateDir: string): Promise<Deployment> => {
  const localStack = await readStateFile(join(stateDir, 'local-stack.json'));
  if (localStack === undefined || !runs(localStack.pid)) {
    throw new CliError(
      'noDeployment',
      'No local stack runs on this machine.',
      'Start it in another terminal (npm start), or leave out --local for the stack on AWS.',
    );
  }
  const client = { region: localStack.region, credentials: LOCAL_CREDENTIALS };
  return {
    kind: 'local',
    ...readDeployment('the local stack', localStack),
    routing: async () => readRouting(localStack),
    clients: {
      sqs: { ...client, endpoint: localStack.endpoints.sqs },
      dynamodb: { ...client, endpoint: localStack.endpoints.dynamodb },
      s3: { ...client, endpoint: localStack.endpoints.s3 },
      secretsManager: { ...client, endpoint: localStack.endpoints.secretsManager },
      logs: { ...client, endpoint: localStack.endpoints.logs },
      invoke: { ...client, endpoint: localStack.endpoints.lambda },
    },
  };
};

/** The emulators accept any credentials. */
const LOCAL_CREDENTIALS = { accessKeyId: 'gatepost', secretAccessKey: 'any-will-do' };

const UrlSchema = v.pipe(v.string(), v.url());

const StateFileSchema: v.GenericSchema<unknown, StateFile> = v.object({
  pid: v.number(),
  region: v.string(),
  endpoints: v.object({
    sqs: UrlSchema,
    dynamodb: UrlSchema,
    s3: UrlSchema,
    secretsManager: UrlSchema,
    logs: UrlSchema,
    lambda: UrlSchema,
  }),
  stackName: v.string(),
  outputs: v.record(v.string(), v.string()),
  metadata: v.record(v.string(), v.unknown()),
  functions: v.record(
    v.string(),
    v.object({ environment: v.record(v.string(), v.string()), logGroup: v.string() }),
  ),
});

const readStateFile = async (path: string): Promise<StateFile | undefined> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return v.parse(StateFileSchema, JSON.parse(text));
  } catch (cause) {
    throw new CliError(
      'noDeployment',
      `${path} does not have the format of this version of Gatepost.`,
      'Start the local stack again: npm start',
      { cause },
    );
  }
};

/** Whether the process exists: a local stack that was killed leaves its file behind. */
const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // The process exists and belongs to another user.
    return Error.isError(error) && 'code' in error && error.code === 'EPERM';
  }
};
