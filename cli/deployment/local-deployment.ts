import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { DeskFile } from '../../local/state-file.ts';
import { recordOf } from '../../local/support/record.ts';
import { CliError } from '../cli-error.ts';
import type { Deployment } from './deployment.ts';
import { readDeployment } from './read-deployment.ts';

/**
 * The desk that runs on this machine, by what it has written down.
 *
 * @param stateDir where it keeps its state: `.gatepost`.
 * @throws {CliError} where none runs.
 */
export const findDesk = async (stateDir: string): Promise<Deployment> => {
  const desk = await readDeskFile(join(stateDir, 'desk.json'));
  if (desk === undefined || !runs(desk.pid)) {
    throw new CliError(
      'noDeployment',
      'No desk runs on this machine.',
      'Start it in another terminal (npm start), or leave out --local for the stack on AWS.',
    );
  }
  const client = { region: desk.region, credentials: DESK_CREDENTIALS };
  return {
    kind: 'desk',
    ...readDeployment('the desk', desk),
    clients: {
      sqs: { ...client, endpoint: desk.endpoints.sqs },
      dynamodb: { ...client, endpoint: desk.endpoints.dynamodb },
      secretsManager: { ...client, endpoint: desk.endpoints.secretsManager },
      logs: { ...client, endpoint: desk.endpoints.logs },
    },
  };
};

/** The emulators take any. */
const DESK_CREDENTIALS = { accessKeyId: 'gatepost', secretAccessKey: 'any-will-do' };

const UrlSchema = v.pipe(v.string(), v.url());

const DeskSchema: v.GenericSchema<unknown, DeskFile> = v.object({
  pid: v.number(),
  region: v.string(),
  endpoints: v.object({ sqs: UrlSchema, dynamodb: UrlSchema, secretsManager: UrlSchema, logs: UrlSchema }),
  stackName: v.string(),
  outputs: recordOf(v.string()),
  functions: recordOf(v.object({ environment: recordOf(v.string()), logGroup: v.string() })),
});

const readDeskFile = async (path: string): Promise<DeskFile | undefined> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return v.parse(DeskSchema, JSON.parse(text));
  } catch (cause) {
    throw new CliError(
      'noDeployment',
      `${path} is not what this version of Gatepost writes.`,
      'Start the desk again: npm start',
      { cause },
    );
  }
};

/** Whether there is such a process: a desk that was killed leaves its file behind. */
const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is somebody else's, and there.
    return Error.isError(error) && 'code' in error && error.code === 'EPERM';
  }
};
