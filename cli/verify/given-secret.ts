import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { readSecretText } from '../../lambdas/core/secret-text.ts';
import type { GivenSecret } from '../../lambdas/verification/trace/describe.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { DeployedSource, Deployment } from '../deployment/deployment.ts';
import { askHidden, isAskable } from '../output/ask.ts';
import { readSecret } from '../secrets/secret-values.ts';
import { isSecretSet, secretIdOf } from '../secrets/source-secret.ts';

/**
 * Reads a secret from a file, a terminal or a pipe, as the functions read a stored one.
 *
 * @param file Default: the terminal, or else the pipe.
 * @param isInputTaken whether the request came from the input.
 * @throws {CliError} where there is none.
 */
export const givenSecret = async (
  context: Context,
  what: string,
  file: string | undefined,
  isInputTaken: boolean,
): Promise<string> => {
  if (file === undefined && isInputTaken) {
    throw new CliError(
      'usage',
      'The request and the secret can’t both come from the input.',
      'Name a file with the secret (--secret-from), or one with the request (--request).',
    );
  }
  const { text: secret, fault } = readSecretText(await stored(context, what, file));
  if (fault !== undefined) throw new CliError('usage', `The secret can't be used: ${fault}.`);
  if (secret !== '') return secret;
  throw new CliError(
    'usage',
    'No secret was given.',
    'Enter it on a terminal, through a pipe (… | gatepost verify …), or name its file (--secret-from <file>).',
  );
};

const stored = async (context: Context, what: string, file: string | undefined): Promise<string> => {
  if (file === undefined) {
    return isAskable(context) ? await askHidden(context, `${what} (hidden):`) : await text(context.in);
  }
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new CliError('usage', `The file ${file} can't be read.`, undefined, { cause });
  }
};

/** The secrets of a deployed source that its function accepts. @throws {CliError} where none is set. */
export const deployedSecrets = async (
  { now }: Context,
  deployment: Deployment,
  source: DeployedSource,
): Promise<readonly GivenSecret[]> => {
  const id = secretIdOf(source);
  const current = await readSecret(deployment, id);
  if (current === undefined || !isSecretSet(current.value)) {
    throw new CliError(
      'notFound',
      `The secret of ${source.name} is not set.`,
      `gatepost secret ${source.name}`,
    );
  }
  const { rotationGrace = 0 } = Object(source.settings) as { readonly rotationGrace?: number };
  const isInGrace = now().getTime() - current.createdAt.getTime() < rotationGrace * 1000;
  const previous = isInGrace ? await readSecret(deployment, id, 'AWSPREVIOUS') : undefined;
  return [
    { version: 'current', text: current.value },
    ...(previous !== undefined && isSecretSet(previous.value)
      ? [{ version: 'previous', text: previous.value } as const]
      : []),
  ];
};
