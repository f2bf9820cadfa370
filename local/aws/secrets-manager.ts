import { hash, randomUUID } from 'node:crypto';
import type { Resource } from '../assembly/stack.ts';
import { startCheck } from '../iam/check.ts';
import { LOOPBACK, listen, stopListening } from '../support/listen.ts';
import type { Emulator } from './emulator.ts';
import { createJsonServer, type JsonCall, ServiceError } from './json-protocol.ts';
import type { LocalSecret, SecretsFile } from './secrets-file.ts';

/** The secret `gatepost/altoviz` is `altoviz` in the file. */
export const nameInFile = (secret: Resource): string => secret.attribute('Name').split('/').at(-1) ?? '';

/**
 * Starts Secrets Manager, for which npm has no emulator, with the template's secrets and their values from the file. It
 * supports `GetSecretValue`, `PutSecretValue` and, to remove the label AWSPREVIOUS, `UpdateSecretVersionStage`.
 *
 * @param port 0 selects a free port.
 * @param revoked called after a secret's previous value was removed, and before the response.
 * @throws {PortTakenError}
 */
export const startSecretsManager = async (
  port: number,
  secrets: readonly Resource[],
  file: SecretsFile,
  revoked: Revoked = async () => undefined,
): Promise<Emulator> => {
  const server = createJsonServer({ version: '1.1', internalError: 'InternalServiceError' }, (call) =>
    answer(call, secrets, file, revoked),
  );
  const url = `http://${LOOPBACK}:${await listen(server, port)}`;
  return {
    url,
    check: (policies, refused) => startCheck('secretsManager', server, policies, refused),
    stop: () => stopListening(server),
  };
};

type Revoked = (secret: Resource) => Promise<void>;

const answer = async (
  { operation, input }: JsonCall,
  secrets: readonly Resource[],
  file: SecretsFile,
  revoked: Revoked,
) => {
  const operate = OPERATIONS[operation];
  if (operate === undefined) {
    const supported = Object.keys(OPERATIONS).join(', ');
    throw new ServiceError('InvalidAction', `The local stack supports ${supported} only, not ${operation}`);
  }
  const { SecretId } = input;
  const found = secrets.find(({ ref, attribute }) => SecretId === ref || SecretId === attribute('Name'));
  if (found === undefined) throw notFound();
  return await operate(input, found, file, revoked);
};

type Operation = (
  input: JsonCall['input'],
  secret: Resource,
  file: SecretsFile,
  revoked: Revoked,
) => Promise<object>;

const notFound = (): ServiceError =>
  new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");

// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
const getSecretValue: Operation = async ({ VersionStage = 'AWSCURRENT' }, found, file) => {
  const secret = await file.read(nameInFile(found));
  if (secret === undefined) throw notFound();

  const value = VALUES[String(VersionStage)]?.(secret);
  if (value === undefined) {
    throw new ServiceError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for staging label: ${VersionStage}`,
    );
  }
  return {
    ARN: found.ref,
    Name: found.attribute('Name'),
    SecretString: value,
    VersionId: versionId(value),
    VersionStages: [VersionStage],
    // In seconds. The creation date of a previous value is not recorded.
    ...(VersionStage === 'AWSCURRENT' && { CreatedDate: secret.rotatedAt.getTime() / 1000 }),
  };
};

// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
const putSecretValue: Operation = async ({ SecretString }, found, file) => {
  if (typeof SecretString !== 'string' || SecretString === '')
    throw new ServiceError('InvalidParameterException', 'You must provide SecretString.');
  await file.rotate(nameInFile(found), SecretString);
  return {
    ARN: found.ref,
    Name: found.attribute('Name'),
    VersionId: versionId(SecretString),
    VersionStages: ['AWSCURRENT'],
  };
};

// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
const updateSecretVersionStage: Operation = async (input, found, file, revoked) => {
  const { VersionStage, RemoveFromVersionId, MoveToVersionId } = input;
  if (VersionStage !== 'AWSPREVIOUS' || MoveToVersionId !== undefined) {
    throw new ServiceError(
      'InvalidParameterException',
      'The local stack can only remove the staging label AWSPREVIOUS.',
    );
  }
  const previous = (await file.read(nameInFile(found)))?.previous;
  if (previous === undefined || RemoveFromVersionId !== versionId(previous)) {
    throw new ServiceError(
      'InvalidParameterException',
      'The staging label AWSPREVIOUS is not attached to the version in RemoveFromVersionId.',
    );
  }
  await file.removePrevious(nameInFile(found));
  await revoked(found);
  return { ARN: found.ref, Name: found.attribute('Name') };
};

const OPERATIONS: Readonly<Record<string, Operation>> = {
  GetSecretValue: getSecretValue,
  PutSecretValue: putSecretValue,
  UpdateSecretVersionStage: updateSecretVersionStage,
};

const VALUES: Readonly<Record<string, (secret: LocalSecret) => string | undefined>> = {
  AWSCURRENT: ({ current }) => current,
  AWSPREVIOUS: ({ previous }) => previous,
};

/** The same for the same value, without revealing it. */
const versionId = (value: string): string =>
  hash('sha256', `${VERSION_SALT}${value}`, 'hex').replace(
    /^(.{8})(.{4})(.{4})(.{4})(.{12}).*/,
    '$1-$2-$3-$4-$5',
  );

const VERSION_SALT = randomUUID();
