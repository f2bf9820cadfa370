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

/** How a secret is given. */
export interface Given {
  /** What to ask for. */
  readonly what: string;
  /** Default: the terminal, or else the pipe. */
  readonly file?: string | undefined;
  /** Whether the request came from the input. */
  readonly isInputTaken: boolean;
  /** What was typed already. */
  readonly asked?: string | undefined;
}

const isJwk = (text: string): boolean => /^\s*\{.*"kty"/s.test(text);

/**
 * Reads a secret from a file, a terminal or a pipe, as the functions read a stored one.
 *
 * @throws {CliError} where there is none.
 */
export const givenSecret = async (context: Context, given: Given): Promise<string> => {
  if (given.file === undefined && given.isInputTaken) {
    throw new CliError(
      'usage',
      'The request and the secret can’t both come from the input.',
      'Name a file with the secret (--secret-from), or one with the request (--request).',
    );
  }
  const text = given.asked ?? (await stored(context, given));
  // A public key may be given too, and a JWK is a JSON object of several values.
  const { text: secret, fault } = isJwk(text) ? { text } : readSecretText(text);
  if (fault !== undefined) throw new CliError('usage', `The secret can't be used: ${fault}.`);
  if (secret !== '') return secret;
  throw new CliError(
    'usage',
    'No secret was given.',
    'Enter it on a terminal, through a pipe (… | gatepost verify …), or name its file (--secret-from <file>).',
  );
};

/**
 * Asks for a secret on a terminal before it is known whether the source has one: the synthesis takes some seconds.
 *
 * @returns undefined where the input is no terminal.
 */
export const askedBefore = async (context: Context, what: string): Promise<string | undefined> =>
  isAskable(context) ? await askHidden(context, `${what} (hidden; empty if it has none):`) : undefined;

const stored = async (context: Context, { what, file }: Given): Promise<string> => {
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
