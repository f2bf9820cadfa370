import { text } from 'node:stream/consumers';
import { RECHECK_MS } from '../../lambdas/ingest/secrets.ts';
import type { Subscription } from '../../lambdas/providers/shared/api/subscription-api.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { DeployedSource, Deployment } from '../deployment/deployment.ts';
import { sourceNamed } from '../deployment/find-deployment.ts';
import { askHidden, isAskable } from '../output/ask.ts';
import { startBar } from '../output/progress-bar.ts';
import { bringAbout } from '../subscriptions/bring-about.ts';
import { type ConnectedSource, connect, connectIfPossible } from '../subscriptions/connect.ts';
import { eventsOf, ownSubscriptions, planSubscriptions, secretVersionOf } from '../subscriptions/plan.ts';
import { subscribableProvider } from '../subscriptions/providers.ts';
import { readSecret, storeSecret } from './secret-values.ts';
import { faultOf, generateSecret, isSecretSet } from './source-secret.ts';

/** What is to be done about a source's secret. */
export interface SecretOptions {
  readonly generate: boolean;
  readonly show: boolean;
}

/**
 * Sets or rotates a source's secret, or shows it.
 *
 * Where the provider's subscriptions hold the secret, they change last: the functions accept the new and the previous
 * secret, so deliveries signed with either are accepted throughout. In the other order, those between would be rejected.
 */
export const changeSecret = async (
  context: Context,
  name: string,
  { generate, show }: SecretOptions,
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

  const registered = await findRegistered(context, deployment, source);
  const value = generate ? generated(source) : await givenSecret(context, source);
  const shown = show ? { secret: value } : {};
  if (before?.value === value) {
    context.show(
      { source: name, stored: false, ...shown },
      () => `${name} has this secret already: nothing was stored.`,
    );
    return;
  }
  await storeSecret(deployment, secretId, value);

  const notes = await tellProvider(context, deployment, source, { registered, isRotation: isSet });
  context.show({ source: name, stored: true, registered: registered !== undefined, notes, ...shown }, () =>
    [`The secret of ${name} is stored.`, ...notes, ...(show ? [value] : [])].join('\n'),
  );
};

const secretIdOf = ({ name, provider, secretArn }: DeployedSource): string => {
  if (secretArn !== undefined) return secretArn;
  throw new CliError('usage', `${name} has no secret: ${provider} signs with a key that everybody may know.`);
};

const setIt = (source: DeployedSource): string =>
  generateSecret(source) === undefined
    ? `gatepost secret ${source.name}`
    : `gatepost secret ${source.name} --generate`;

const generated = (source: DeployedSource): string => {
  const value = generateSecret(source);
  if (value !== undefined) return value;
  throw new CliError(
    'usage',
    `The secret of ${source.name} is made by ${subscribableProvider(source.provider)?.title ?? source.provider}, not by us.`,
    `Copy it from there, and enter it: gatepost secret ${source.name}`,
  );
};

/** No provider has a longer secret. */
const MAX_SECRET_LENGTH = 4096;

/** Asks for it on a terminal, else reads it from the pipe. Never from the command line, where everybody on the machine sees it. */
const givenSecret = async (context: Context, source: DeployedSource): Promise<string> => {
  const typed = isAskable(context)
    ? await askHidden(context, `The secret of ${source.name} (is not shown):`)
    : await text(context.in);
  const value = typed.trim();
  const fault =
    value.length > MAX_SECRET_LENGTH
      ? `it is longer than ${MAX_SECRET_LENGTH} characters`
      : faultOf(source, value);
  if (fault === undefined) return value;
  const empty = value === '' ? 'no secret came' : `this can't be the secret of ${source.name}: ${fault}`;
  throw new CliError(
    'usage',
    `Nothing was stored: ${empty}.`,
    'Type it on a terminal, or pipe it in: … | gatepost secret <source>',
  );
};

/** A source's current subscriptions at a provider that holds the secret. */
interface Registered {
  readonly connected: ConnectedSource;
  readonly own: readonly Subscription[];
}

/**
 * Looks at the subscriptions before anything is changed: an API that doesn't answer now would not answer afterwards.
 *
 * @returns undefined where the provider's subscriptions hold no secret, or there is no API key.
 * @throws {CliError} where the provider still has a secret before the current one: a new one would push that out.
 */
const findRegistered = async (
  context: Context,
  deployment: Deployment,
  source: DeployedSource,
): Promise<Registered | undefined> => {
  if (subscribableProvider(source.provider)?.registersSecret !== true) return undefined;
  const connected = await connectIfPossible(context, deployment, source);
  if (connected?.api.list === undefined) return undefined;
  const own = ownSubscriptions(connected.target, await connected.api.list());
  const current = connected.target.secretVersion;
  const older = own.some((subscription) => {
    const version = secretVersionOf(subscription);
    return current !== undefined && version !== undefined && version !== current;
  });
  if (!older) return { connected, own };
  throw new CliError(
    'failed',
    `${connected.provider.title} still has the secret before the current one. Another one now would make that invalid at once, and with it what ${connected.provider.title} sends. Nothing was changed.`,
    `Finish the last rotation first: gatepost subscribe ${source.name}`,
  );
};

interface Telling {
  readonly registered: Registered | undefined;
  /** Whether there was a secret before. */
  readonly isRotation: boolean;
}

/** Has the provider use the secret that is stored now. @returns what is left to do, in sentences. */
const tellProvider = async (
  context: Context,
  deployment: Deployment,
  source: DeployedSource,
  { registered, isRotation }: Telling,
): Promise<readonly string[]> => {
  const until = acceptedUntil(context, source);
  const provider = subscribableProvider(source.provider);
  if (registered === undefined) {
    const where = provider?.title ?? 'the provider';
    const old = isRotation ? `The one before is accepted until ${until}.` : '';
    if (provider?.registersSecret === true)
      return [
        `There is no API key to set it at ${where}: enter it there (gatepost secret ${source.name} --show prints it). ${old}`.trim(),
      ];
    return isRotation ? [old] : [];
  }
  const { connected, own } = registered;
  const { title } = connected.provider;
  if (own.length === 0) return [`Nothing is subscribed at ${title} yet: gatepost subscribe ${source.name}`];

  try {
    context.note(`Stored. ${title} receives it in ${WAIT_SECONDS} s, when every function accepts it.`);
    await waitForFunctions(context);
    const now = await connect(context, deployment, source);
    const plan = (current: readonly Subscription[]) =>
      planSubscriptions(now.target, current, eventsOf(ownSubscriptions(now.target, current)));
    const { notes } = await bringAbout(context, now, plan((await now.api.list?.()) ?? []), plan);
    return [...notes, `${title} signs with it from now on. The one before is accepted until ${until}.`];
  } catch (error) {
    const half = `The new secret is stored, but ${title} may still use the one before, which is accepted until ${until}.`;
    const next = `gatepost subscribe ${source.name} finishes it. Until then generate no other: that would make the one before invalid.`;
    if (context.interrupted.aborted) context.note(`${half}\n${next}`);
    if (!(error instanceof CliError)) throw error;
    throw new CliError(error.exitCode === 6 ? 'provider' : 'failed', `${half} ${error.message}`, next, {
      cause: error,
    });
  }
};

/** A function that has just asked for the secret asks again only after so long; then every one will find the new secret. */
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
