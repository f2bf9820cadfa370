import { FRESH_MS, RECHECK_MS } from '../../lambdas/ingest/secrets.ts';
import { awsErrorText } from '../aws-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { DeployedSource, Deployment } from '../deployment/deployment.ts';
import { sourceNamed } from '../deployment/find-deployment.ts';
import { confirm } from '../output/ask.ts';
import { subscribableProvider } from '../subscriptions/providers.ts';
import { findRegistered } from './registered.ts';
import { readSecret, removePrevious, type SecretValue } from './secret-values.ts';
import { isSecretSet, secretIdOf, setIt } from './source-secret.ts';

/**
 * Revokes a source's previous secret before its grace period ends, after confirmation.
 *
 * @throws {CliError} where the source would accept no secret then, or the provider still signs with the previous one.
 */
export const revokePreviousSecret = async (
  context: Context,
  name: string,
  { yes }: { readonly yes: boolean },
): Promise<void> => {
  const deployment = await context.deployment();
  const source = sourceNamed(deployment, name);
  const secretId = secretIdOf(source);
  const current = await readSecret(deployment, secretId);
  const previous = current && (await readPrevious(deployment, secretId));
  if (current === undefined || previous === undefined) {
    const text = `${name} has no previous secret. Nothing was revoked, and the current secret stays valid.`;
    return context.show({ source: name, revoked: false, notes: [text] }, () => text);
  }
  if (!isSecretSet(current.value)) {
    throw new CliError(
      'failed',
      `The current secret of ${name} is not set, so ${name} would accept no delivery. Nothing was changed.`,
      `Set it first: ${setIt(source)}`,
    );
  }
  const title = subscribableProvider(source.provider)?.title ?? source.provider;
  await refuseWhileUsed(context, deployment, source, title);

  const kept = `The current secret of ${name}, stored at ${current.createdAt.toISOString()}, stays valid.`;
  context.note(`${kept} If ${title} does not sign with it yet, its deliveries get 401.`);
  if (!yes && context.json) context.show({ source: name, revoked: false, notes: [kept] }, () => '');
  await confirm(context, yes, `Revoke the previous secret of ${name}? ${CONSEQUENCE}`);
  const revocation = await revoke(context, deployment, source, { current, previous });
  const notes = [...revocation.notes, kept];
  context.show({ source: name, ...revocation, notes }, () => notes.join('\n'));
};

export const CONSEQUENCE = 'Deliveries signed with it get 401 from now on, repeats included.';

/** What a revocation did. */
export interface Revocation {
  readonly revoked: boolean;
  /** Where warm functions could not be made to forget it: how long they may accept it. */
  readonly acceptedUntil?: string;
  readonly notes: readonly string[];
}

/** A source's two secrets. */
interface Versions {
  readonly current: SecretValue;
  readonly previous: SecretValue;
}

/**
 * Reads the previous secret.
 *
 * @returns undefined also where it is the placeholder of a new source, which no function accepts.
 */
export const readPrevious = async (deployment: Deployment, id: string): Promise<SecretValue | undefined> => {
  const previous = await readSecret(deployment, id, 'AWSPREVIOUS');
  return previous !== undefined && isSecretSet(previous.value) ? previous : undefined;
};

/**
 * Removes the label AWSPREVIOUS, and makes warm functions forget the previous secret.
 *
 * @throws {CliError} where the label was not removed.
 */
export const revoke = async (
  context: Context,
  deployment: Deployment,
  source: DeployedSource,
  { current, previous }: Versions,
): Promise<Revocation> => {
  const { name, functionName } = source;
  const secretId = secretIdOf(source);
  try {
    await removePrevious(deployment, secretId, previous.versionId);
  } catch (cause) {
    throw new CliError(
      'failed',
      `The previous secret of ${name} was not revoked. ${reasonOf(cause)}`,
      `The permission secretsmanager:UpdateSecretVersionStage is needed on ${secretId}`,
      { cause },
    );
  }

  const revoked = `The previous secret of ${name} is revoked.`;
  // The local stack starts its functions anew by itself.
  const { lambda } = deployment.clients;
  if (lambda === undefined) return { revoked: true, notes: [`${revoked} ${CONSEQUENCE}`] };
  const acceptedUntil = rememberedUntil(context.now(), current);
  const may = `Until ${acceptedUntil} a warm function may still accept it.`;
  try {
    context.note(`${revoked} Its function is made to forget it, which takes some seconds.`);
    const { renewFunction } = await import('./renew-function.ts');
    await renewFunction(lambda, functionName, context);
    return { revoked: true, notes: [`${revoked} ${CONSEQUENCE}`] };
  } catch (error) {
    if (context.interrupted.aborted) {
      context.note(may);
      throw error;
    }
    const why = `${functionName} could not be made to forget it at once. ${reasonOf(error)}`;
    return { revoked: true, acceptedUntil, notes: [`${revoked} ${may}`, why] };
  }
};

/** A function reads a previous secret again after 30 seconds, but one that it knows as the current secret after five minutes. */
const rememberedUntil = (now: Date, { createdAt }: SecretValue): string =>
  new Date(Math.max(now.getTime() + RECHECK_MS, createdAt.getTime() + FRESH_MS)).toISOString();

/** A provider's API that is not available does not prevent a revocation. */
const refuseWhileUsed = async (
  context: Context,
  deployment: Deployment,
  source: DeployedSource,
  title: string,
): Promise<void> => {
  const registered = await findRegistered(context, deployment, source).catch((error: unknown) => {
    if (context.interrupted.aborted) throw error;
    context.note(`It is unknown which secret ${title} signs with. ${reasonOf(error)}`);
    return undefined;
  });
  if (registered?.usesOlder !== true) return;
  throw new CliError(
    'failed',
    `${title} still signs with the previous secret, so its deliveries would get 401. Nothing was changed.`,
    `Give it the current one first: gatepost subscribe ${source.name}`,
  );
};

const reasonOf = (error: unknown): string =>
  awsErrorText(error) ?? (Error.isError(error) ? error.message : String(error));
