import { text } from 'node:stream/consumers';
import { RECHECK_MS } from '../../lambdas/ingest/secrets.ts';
import type { Subscription } from '../../lambdas/providers/shared/api/subscription-api.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { DeployedSource, Deployment } from '../deployment/deployment.ts';
import { sourceNamed } from '../deployment/find-deployment.ts';
import { askHidden, confirm, isAskable } from '../output/ask.ts';
import { startBar } from '../output/progress-bar.ts';
import { applySteps } from '../subscriptions/apply-steps.ts';
import { connect } from '../subscriptions/connect.ts';
import { eventsOf, ownSubscriptions, planSubscriptions } from '../subscriptions/plan.ts';
import { subscribableProvider } from '../subscriptions/providers.ts';
import { findRegistered, type Registered } from './registered.ts';
import { CONSEQUENCE, type Revocation, readPrevious, revoke } from './revoke-previous.ts';
import { readSecret, storeSecret } from './secret-values.ts';
import { faultOf, generateSecret, isSecretSet, secretIdOf, setIt } from './source-secret.ts';

export interface SecretOptions {
  readonly generate: boolean;
  readonly show: boolean;
  /** With `generate`: revokes the previous secret once the provider has the new one. */
  readonly revokePrevious: boolean;
  /** The revocation is confirmed. */
  readonly yes: boolean;
}

/**
 * Sets or rotates a source's secret, or shows it.
 *
 * Where the provider's subscriptions hold the secret, they are changed last: the functions accept the new and the previous
 * secret, so no delivery is rejected in between.
 */
export const changeSecret = async (
  context: Context,
  name: string,
  { generate, show, revokePrevious, yes }: SecretOptions,
): Promise<void> => {
  const deployment = await context.deployment();
  const source = sourceNamed(deployment, name);
  const secretId = secretIdOf(source);
  const before = await readSecret(deployment, secretId);
  const isSet = before !== undefined && isSecretSet(before.value);
  if (show && !generate) {
    if (!isSet) throw new CliError('notFound', `The secret of ${name} is not set.`, setIt(source));
    context.show({ source: name, secret: before.value }, () => before.value);
    return;
  }

  const registered = await findRotatable(context, deployment, source);
  if (revokePrevious) await confirmBoth(context, source, registered, yes);
  const value = generate ? generated(source) : await givenSecret(context, source);
  const shown = show ? { secret: value } : {};
  if (before?.value === value) {
    context.show(
      { source: name, stored: false, ...shown },
      () => `${name} already has this secret. Nothing was stored.`,
    );
    return;
  }
  await storeSecret(deployment, secretId, value);

  const provided = await updateProvider(context, deployment, source, {
    registered,
    isRotation: isSet,
    revokePrevious,
  });
  const revocation = revokePrevious ? await revokeReplaced(context, deployment, source) : undefined;
  const notes = [...provided, ...(revocation?.notes ?? [])];
  context.show(
    { source: name, stored: true, registered: registered !== undefined, ...revocation, notes, ...shown },
    () => [`The secret of ${name} is stored.`, ...notes, ...(show ? [value] : [])].join('\n'),
  );
};

/**
 * Confirms a rotation that ends with a revocation.
 *
 * @throws {CliError} where the command can't give the new secret to the provider, and the revocation would lose deliveries.
 */
const confirmBoth = async (
  context: Context,
  source: DeployedSource,
  registered: Registered | undefined,
  yes: boolean,
): Promise<void> => {
  const { name, provider } = source;
  const title = subscribableProvider(provider)?.title ?? provider;
  if (registered === undefined) {
    throw new CliError(
      'usage',
      `The command can't give the new secret to ${title}. If the previous one were revoked now, the deliveries of ${name} would be lost. Nothing was changed.`,
      `Store the new secret first: ${setIt(source)} (--show prints it). When ${title} signs with it: gatepost secret ${name} --revoke-previous`,
    );
  }
  await confirm(
    context,
    yes,
    `Rotate the secret of ${name}, and revoke the one before as soon as ${title} has the new one? ${CONSEQUENCE} A delivery that is on its way at that moment is lost if ${title} does not repeat it.`,
  );
};

/** Revokes the secret that was current until now. */
const revokeReplaced = async (
  context: Context,
  deployment: Deployment,
  source: DeployedSource,
): Promise<Revocation> => {
  const secretId = secretIdOf(source);
  const current = await readSecret(deployment, secretId);
  const previous = await readPrevious(deployment, secretId);
  if (current === undefined || previous === undefined) return { revoked: false, notes: [] };
  return await revoke(context, deployment, source, { current, previous });
};

const generated = (source: DeployedSource): string => {
  const value = generateSecret(source);
  if (value !== undefined) return value;
  throw new CliError(
    'usage',
    `The secret of ${source.name} is generated by ${subscribableProvider(source.provider)?.title ?? source.provider}.`,
    `Copy it from the provider and enter it: gatepost secret ${source.name}`,
  );
};

/** No provider has a longer secret. */
const MAX_SECRET_LENGTH = 4096;

/** Asks for it on a terminal, else reads it from the pipe. Other users of the machine could see it on the command line. */
const givenSecret = async (context: Context, source: DeployedSource): Promise<string> => {
  const typed = isAskable(context)
    ? await askHidden(context, `The secret of ${source.name} (hidden):`)
    : await text(context.in);
  const value = typed.trim();
  const fault =
    value.length > MAX_SECRET_LENGTH
      ? `it is longer than ${MAX_SECRET_LENGTH} characters`
      : faultOf(source, value);
  if (fault === undefined) return value;
  const why = value === '' ? 'the input was empty' : `the secret of ${source.name} is invalid: ${fault}`;
  throw new CliError(
    'usage',
    `Nothing was stored: ${why}.`,
    'Enter it on a terminal, or through a pipe: … | gatepost secret <source>',
  );
};

/**
 * Reads the subscriptions before anything is changed, so that an API that can't be reached stops the change.
 *
 * @throws {CliError} where the provider still uses the previous secret: another rotation would invalidate it.
 */
const findRotatable = async (
  context: Context,
  deployment: Deployment,
  source: DeployedSource,
): Promise<Registered | undefined> => {
  const registered = await findRegistered(context, deployment, source);
  if (registered?.usesOlder !== true) return registered;
  throw new CliError(
    'failed',
    `${registered.connected.provider.title} still uses the previous secret. Another rotation would invalidate it, and its deliveries would be rejected. Nothing was changed.`,
    `Finish the last rotation first: gatepost subscribe ${source.name}`,
  );
};

interface Rotation {
  readonly registered: Registered | undefined;
  /** Whether there was a secret before. */
  readonly isRotation: boolean;
  readonly revokePrevious: boolean;
}

/**
 * Has the provider use the stored secret.
 *
 * @returns notes for the user.
 */
const updateProvider = async (
  context: Context,
  deployment: Deployment,
  source: DeployedSource,
  { registered, isRotation, revokePrevious }: Rotation,
): Promise<readonly string[]> => {
  const until = acceptedUntil(context, source);
  const provider = subscribableProvider(source.provider);
  if (registered === undefined) {
    const old = isRotation ? `The previous secret is accepted until ${until}.` : '';
    if (provider?.registersSecret === true)
      return [
        `There is no API key of ${provider.title}: enter the secret there (gatepost secret ${source.name} --show prints it). ${old}`.trim(),
      ];
    return isRotation ? [old] : [];
  }
  const { connected, own } = registered;
  const { title } = connected.provider;
  if (own.length === 0) return [`Nothing is subscribed at ${title} yet: gatepost subscribe ${source.name}`];

  try {
    context.note(`Stored. ${title} gets it in ${WAIT_SECONDS} s, when every function accepts it.`);
    await waitForFunctions(context);
    const now = await connect(context, deployment, source);
    const plan = (current: readonly Subscription[]) =>
      planSubscriptions(now.target, current, eventsOf(ownSubscriptions(now.target, current)));
    const { notes } = await applySteps(context, now, plan((await now.api.list?.()) ?? []), plan);
    const old = revokePrevious ? '' : ` The previous secret is accepted until ${until}.`;
    return [...notes, `${title} now signs with it.${old}`];
  } catch (error) {
    const half = `The new secret is stored, but ${title} may still use the previous one, which is accepted until ${until}.`;
    const next = `gatepost subscribe ${source.name} completes the rotation. Do not generate another secret before: that would invalidate the previous one.`;
    if (context.interrupted.aborted) context.note(`${half}\n${next}`);
    if (!(error instanceof CliError)) throw error;
    throw new CliError(error.exitCode === 6 ? 'provider' : 'failed', `${half} ${error.message}`, next, {
      cause: error,
    });
  }
};

/** After this time every function has read the secret again. */
const WAIT_SECONDS = RECHECK_MS / 1000 + 5;

const waitForFunctions = async (context: Context): Promise<void> => {
  const bar = startBar(context.err, WAIT_SECONDS, 's');
  try {
    for (let second = 0; second < WAIT_SECONDS; second++) {
      await context.sleep(1000);
      bar.increment();
    }
  } finally {
    bar.stop();
  }
};

const acceptedUntil = ({ now }: Context, { settings }: DeployedSource): string => {
  const grace =
    typeof settings === 'object' && settings !== null && 'rotationGrace' in settings
      ? Number(settings.rotationGrace)
      : 0;
  return new Date(now().getTime() + grace * 1000).toISOString();
};
