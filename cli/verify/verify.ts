import type { WebhookRequest } from '../../lambdas/core/request.ts';
import { parseSettings, type Source } from '../../lambdas/core/source.ts';
import { explainRequest } from '../../lambdas/providers/explain.ts';
import { providerNamed } from '../../lambdas/providers/index.ts';
import { hasSecret, type Provider } from '../../lambdas/providers/provider.ts';
import { inTodaysForm } from '../../lambdas/providers/shared/former-settings.ts';
import type { GivenSecret } from '../../lambdas/verification/trace/describe.ts';
import { reportText } from '../../lambdas/verification/trace/report.ts';
import type { Trace } from '../../lambdas/verification/trace/trace.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { DeployedSource, Deployment } from '../deployment/deployment.ts';
import { sourceNamed } from '../deployment/find-deployment.ts';
import { isSecretSet } from '../secrets/source-secret.ts';
import { readAppSources } from './app-sources.ts';
import { type Capture, requestOf } from './capture.ts';
import { type Clock, clockOf, clockText } from './clock.ts';
import { declarationText } from './declaration.ts';
import { eventLines, eventsIn } from './events.ts';
import { askedBefore, deployedSecrets, givenSecret } from './given-secret.ts';
import { type Guess, guessScheme, seenIn } from './guess.ts';
import { otherSecret } from './other-secret.ts';
import { readCapture } from './read-capture.ts';

export interface VerifyOptions {
  readonly request?: string;
  readonly entry?: string;
  readonly secretFrom?: string;
  readonly receivedAt?: string;
  readonly app: string;
  readonly deployed: boolean;
  readonly fetch: boolean;
  readonly guess: boolean;
}

/** More than in a function: a person waits, and pays for it. */
const LIMITS = { attempts: 50_000, bytes: 1024 ** 3 };

/**
 * Checks a captured request as a source's function would, and says why it is refused; or guesses the declaration.
 *
 * @param name of the source. Absent with `guess`.
 * @throws {CliError} `failed` if the request is not genuine or nothing fits.
 */
export const verifyCapture = async (
  context: Context,
  name: string | undefined,
  options: VerifyOptions,
): Promise<void> => {
  if ((name === undefined) !== options.guess) {
    throw new CliError(
      'usage',
      'Name a source, or let the scheme be guessed with --guess; not both.',
      'gatepost verify <source> --request captured.http',
    );
  }
  const { request } = options;
  if (request === undefined) {
    throw new CliError(
      'usage',
      'Name the captured request with --request: a file, or - for the input.',
      `gatepost verify ${name ?? '--guess'} --request captured.http`,
    );
  }
  const capture = await readCapture(context, request, entryOf(options));
  const clock = clockOf(options.receivedAt, capture, context.now());
  if (name === undefined) await guess(context, capture, clock, options);
  else await check(context, name, capture, clock, options);
};

const entryOf = ({ entry }: VerifyOptions): number | undefined => {
  if (entry === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(entry)) return Number(entry);
  throw new CliError('usage', `--entry must be the number of an entry, from 1 on, but is "${entry}"`);
};

/** A source with what its function has. */
interface Checked {
  readonly source: Source;
  readonly secrets: readonly GivenSecret[];
  /** Where the settings are from. */
  readonly from: string;
  readonly deployed?: { readonly deployment: Deployment; readonly source: DeployedSource };
}

const check = async (
  context: Context,
  name: string,
  capture: Capture,
  clock: Clock,
  options: VerifyOptions,
): Promise<void> => {
  const checked = await find(context, name, options);
  const { source, secrets, from, deployed } = checked;
  const provider = providerNamed(source.provider) as Provider<unknown>;
  const settings = parseSettings(provider.settings, name, inTodaysForm(source.settings));
  const request = requestOf(capture, clock.receivedAt);
  const explain = (some: readonly GivenSecret[], limits = LIMITS) =>
    explainRequest({ request, provider, settings, secrets: some, online: options.fetch, limits });

  const trace = await explain(secrets);
  const other =
    deployed === undefined || !isWorthOthers(trace)
      ? undefined
      : await otherSecret(context, deployed.deployment, { name, request, explain });
  const whole = other === undefined ? trace : { ...trace, nearMisses: [other, ...trace.nearMisses] };

  if (secrets.some(({ text }) => !isSecretSet(text))) {
    context.note(
      'The secret is the placeholder or shorter than 16 characters: the function takes it for unset, and answers 503.',
    );
  }
  const { receivedAt, from: clockFrom } = clock;
  const events = isDelivery(trace) ? eventsIn(provider, settings, request) : undefined;
  context.show(
    {
      source: name,
      provider: source.provider,
      settingsFrom: from,
      receivedAt,
      clock: clockFrom,
      trace: whole,
      ...(isDelivery(trace) && { events }),
    },
    () =>
      [
        `${name} (${source.provider}), with the settings of ${from}`,
        requestText(request, capture),
        `Received at ${clockText(clock)}`,
        '',
        reportText(whole, {
          isClockNow: clockFrom === 'now',
          ...(isDelivery(trace) && { events: eventLines(events) }),
        }),
      ].join('\n'),
  );
  conclude(whole);
};

/** A request by its sizes: what is in it is not shown. */
const requestText = ({ method, body, headers }: WebhookRequest, { format }: Capture): string =>
  `${method} from ${format}: ${Object.keys(headers).length} headers, ${body.length} bytes of body`;

/** Not where the signature fits: the request is then of this source, and refused for another reason. */
const isWorthOthers = ({ outcome, nearMisses, keys = [] }: Trace): boolean =>
  outcome.kind === 'rejected' && nearMisses.length === 0 && !keys.some(({ fits }) => fits);

/** Whether there are events in it. */
const isDelivery = ({ outcome }: Trace): boolean =>
  outcome.kind === 'genuine' && (outcome.result === 'accepted' || outcome.result === 'test');

/** Sets the exit code. */
const conclude = ({ outcome }: Trace): void => {
  if (outcome.kind === 'genuine') return;
  throw new CliError(
    'failed',
    outcome.kind === 'rejected'
      ? `The request is not genuine: ${outcome.reason}.`
      : 'The request can’t be decided without the sender’s server.',
    outcome.kind === 'undecided' ? 'Add --fetch.' : undefined,
  );
};

const find = async (context: Context, name: string, options: VerifyOptions): Promise<Checked> => {
  const { deployed, secretFrom, request } = options;
  const isInputTaken = request === '-';
  const deployment = deployed || secretFrom === DEPLOYMENT ? await context.deployment() : undefined;
  const deployedSource = deployment === undefined ? undefined : sourceNamed(deployment, name);
  const fromDeployment = secretFrom === DEPLOYMENT || (deployed && secretFrom === undefined);
  const what = `The secret of ${name}`;
  let asked: string | undefined;
  const askFirst = async (): Promise<void> => {
    if (fromDeployment || isInputTaken || fileOf(secretFrom) !== undefined) return;
    asked = await askedBefore(context, what);
  };
  const found =
    deployed && deployment !== undefined && deployedSource !== undefined
      ? { source: deployedSource, from: deployment.name }
      : await fromApp(context, name, options.app, askFirst);
  const provider = providerNamed(found.source.provider) as Provider<unknown>;
  const settings = parseSettings(provider.settings, name, inTodaysForm(found.source.settings));
  const secrets = !hasSecret(provider, settings)
    ? []
    : fromDeployment && deployment !== undefined && deployedSource !== undefined
      ? await deployedSecrets(context, deployment, deployedSource)
      : [
          {
            version: 'current' as const,
            text: await givenSecret(context, { what, file: fileOf(secretFrom), isInputTaken, asked }),
          },
        ];
  return {
    ...found,
    secrets,
    ...(deployment !== undefined &&
      deployedSource !== undefined && { deployed: { deployment, source: deployedSource } }),
  };
};

const DEPLOYMENT = 'deployment';

/** `-` is the input, as is nothing. */
const fileOf = (secretFrom: string | undefined): string | undefined =>
  secretFrom === '-' || secretFrom === DEPLOYMENT ? undefined : secretFrom;

const fromApp = async (context: Context, name: string, app: string, askFirst: () => Promise<void>) => {
  const { sources, from } = await readAppSources(context, app, askFirst);
  const source = sources.find((one) => one.name === name);
  if (source !== undefined) return { source, from };
  const known = sources.map((one) => one.name).join(', ') || 'none';
  throw new CliError('notFound', `There is no source "${name}" in ${from}; there are: ${known}`);
};

const guess = async (
  context: Context,
  capture: Capture,
  clock: Clock,
  { request: path, secretFrom }: VerifyOptions,
): Promise<void> => {
  if (secretFrom === DEPLOYMENT) {
    throw new CliError('usage', 'With --guess there is no source whose secret the deployment could have.');
  }
  const secret = await givenSecret(context, {
    what: 'The secret, or the public key',
    file: fileOf(secretFrom),
    isInputTaken: path === '-',
  });
  const request = requestOf(capture, clock.receivedAt);
  const { guess: found, tried } = await guessScheme(request, secret);
  if (found === undefined) {
    const seen = seenIn(request);
    throw new CliError(
      'failed',
      `No known scheme fits: ${tried} ways were tried.`,
      [
        'Check that the secret is the one of this sender, and that the request was captured as it came: no tool may have rewritten its body; or the sender signs a text that is not known: declare it by hand, docs/verification.md.',
        seen.length === 0
          ? 'No value in the request looks like a signature.'
          : ['What looks like a signature or a time:', ...seen.map((one) => `  ${one}`)].join('\n'),
      ].join('\n'),
    );
  }
  const { provider, options, open, hints, change, seconds } = found;
  context.show(
    { provider, options, open, hints, tried, verified: change === undefined, change, seconds },
    () => guessText(found, clock),
  );
};

const guessText = (found: Guess, clock: Clock): string => {
  const { options, open, change, seconds } = found;
  return [
    change === undefined
      ? 'The request is genuine by this declaration, for the sources in bin/gatepost.ts:'
      : `This declaration fits, but not the request as it is. ${change.says} [${change.code}]`,
    '',
    declarationText(found),
    '',
    ...(open.length === 0 ? [] : [`To fill in or to check: ${open.join(', ')}.`]),
    ...(String(options.signedContent).includes('{url}')
      ? ['The URL is signed: if the sender has another one than the gate, set url.']
      : []),
    ...(seconds === undefined
      ? []
      : [`It was signed ${Math.round(seconds)} s away from the time of receipt: ${clockText(clock)}.`]),
  ]
    .join('\n')
    .trimEnd();
};
