import { Rejection } from '../../lambdas/core/rejection.ts';
import type { WebhookRequest } from '../../lambdas/core/request.ts';
import { readSettings } from '../../lambdas/core/source.ts';
import { providerNamed } from '../../lambdas/providers/index.ts';
import { jwtScheme } from '../../lambdas/providers/jwt/jwt.ts';
import type { JwtSettings } from '../../lambdas/providers/jwt/settings.ts';
import { checkOf } from '../../lambdas/verification/explain.ts';
import { received } from '../../lambdas/verification/received.ts';
import type { Scheme } from '../../lambdas/verification/scheme.ts';
import { verifyJwt } from '../../lambdas/verification/schemes/jwt.ts';
import { fits } from '../../lambdas/verification/trace/attempt.ts';
import { textsIn } from '../../lambdas/verification/trace/candidates.ts';
import { describeTime } from '../../lambdas/verification/trace/describe.ts';
import { verify } from '../../lambdas/verification/verify.ts';
import { type Hypothesis, hypotheses } from './hypotheses.ts';

/** A declaration that fits. */
export interface Guess extends Hypothesis {
  /** With settings of events that are guessed. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The settings that have to be filled in or checked. */
  readonly open: readonly string[];
  /** How far off the signed time is, in seconds, by the clock of the check; undefined if none is signed. */
  readonly seconds?: number;
}

export interface GuessResult {
  readonly guess?: Guess;
  /** How many ways were tried. */
  readonly tried: number;
}

const MAX_TRIED = 200_000;
const MAX_BYTES = 4 * 1024 ** 3;

/**
 * Finds the declaration by which a request is genuine. What is found has been verified by the product's own `verify`,
 * at the time at which the request was signed.
 */
export const guessScheme = async (request: WebhookRequest, secret: string): Promise<GuessResult> => {
  const events = eventOptions(request);
  let tried = 0;
  for (const hypothesis of hypotheses(request, secret)) {
    if (tried >= MAX_TRIED || tried * request.body.length > MAX_BYTES) break;
    tried++;
    const options = { ...eventsFor(hypothesis, events), ...hypothesis.options };
    const seconds = await verifies(hypothesis, options, request, secret);
    if (seconds === false) continue;
    const open = Object.keys(options).filter((name) => OPEN.has(name) && !(name in hypothesis.options));
    const guess = { ...hypothesis, options, open, ...(seconds !== undefined && { seconds }) };
    return { guess, tried };
  }
  return { tried };
};

const OPEN: ReadonlySet<string> = new Set(['name', 'events', 'eventName', 'typeField']);

/** Whether a hypothesis holds. @returns how far off the signed time is; false if it doesn't hold. */
const verifies = async (
  { provider: name }: Hypothesis,
  options: object,
  request: WebhookRequest,
  secret: string,
): Promise<number | undefined | false> => {
  const provider = providerNamed(name);
  const { output: settings, faults } = readSettings(provider.settings, options);
  if (faults !== undefined) return false;
  const secrets = checkOf([{ version: 'current', text: secret }]);
  if (name === 'jwt') return await verifiesToken(request, settings as JwtSettings, secret);
  const scheme: Scheme | undefined = provider.scheme?.(settings as never);
  if (scheme === undefined || !fits({ request, scheme, secret })) return false;

  const time = describeTime(received(request, scheme), scheme);
  const receivedAt = time?.signedAt === undefined ? request.receivedAt : new Date(time.signedAt);
  try {
    await verify({ ...request, receivedAt }, scheme, secrets);
    return time?.seconds;
  } catch (error) {
    if (error instanceof Rejection) return false;
    throw error;
  }
};

const verifiesToken = async (
  request: WebhookRequest,
  settings: JwtSettings,
  secret: string,
): Promise<undefined | false> => {
  const scheme = jwtScheme(settings);
  try {
    await verifyJwt(
      received(request, { proof: scheme.proof }),
      scheme,
      checkOf([{ version: 'current', text: secret }]),
    );
    return undefined;
  } catch (error) {
    // It is expired, but its signature fits.
    return error instanceof Rejection && error.reason === 'stale' ? undefined : false;
  }
};

/** What a source needs besides: guessed from the names of headers and fields. */
const eventOptions = (request: WebhookRequest) => {
  const texts = textsIn(request).filter(({ text }) => /^[\w.:/-]{1,80}$/.test(text));
  const name =
    texts.find(({ at }) => /^header:x-.*(?:-event|-topic|event-type)$/.test(at)) ??
    NAMES.map((field) => texts.find(({ at }) => at === `body:${field}`)).find((found) => found !== undefined);
  const event = name?.text ?? 'thing.created';
  return {
    name: 'my-saas',
    eventName: name?.at ?? 'body:type',
    events: { [event]: 'thing.created' },
  };
};

const NAMES = [
  'type',
  'event',
  'event_type',
  'eventType',
  'topic',
  'event_name',
  'trigger',
  'action',
  'name',
  'kind',
];

const eventsFor = ({ provider }: Hypothesis, { eventName, ...events }: ReturnType<typeof eventOptions>) =>
  provider === 'standard-webhooks' ? events : { ...events, eventName };
