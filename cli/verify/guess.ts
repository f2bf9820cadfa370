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
import { proofCandidates, textsIn, timePlaces } from '../../lambdas/verification/trace/candidates.ts';
import { bodyChanges } from '../../lambdas/verification/trace/changes/body.ts';
import { secretChanges } from '../../lambdas/verification/trace/changes/secret.ts';
import { describeTime } from '../../lambdas/verification/trace/describe.ts';
import { formOf, knownPrefix } from '../../lambdas/verification/trace/text-form.ts';
import { verify } from '../../lambdas/verification/verify.ts';
import { eventOptionsOf } from './event-options.ts';
import { type Hypothesis, hypotheses } from './hypotheses.ts';

/** A declaration that fits. */
export interface Guess extends Hypothesis {
  /** With settings of events that are guessed. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The settings that have to be filled in or checked. */
  readonly open: readonly string[];
  /** What to do about each of them. */
  readonly hints: Readonly<Record<string, string>>;
  /** What has to be changed before it fits. Absent where it fits the request as it is. */
  readonly change?: { readonly code: string; readonly says: string };
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
 * at the time at which the request was signed. If none fits, the usual faults are undone one by one.
 */
export const guessScheme = async (request: WebhookRequest, secret: string): Promise<GuessResult> => {
  let tried = 0;
  for (const { code, says, ...attempt } of [
    { request, secret, code: '', says: '' },
    ...variants(request, secret),
  ]) {
    const eventsOf = eventOptionsOf(attempt.request);
    for (const hypothesis of hypotheses(attempt.request, attempt.secret)) {
      // A token covers no body, and another text than the secret may stand anywhere.
      if (code !== '' && hypothesis.provider === 'token') continue;
      if (tried >= MAX_TRIED || tried * request.body.length > MAX_BYTES) return { tried };
      tried++;
      const events = eventsOf(hypothesis);
      const options = { ...events.options, ...hypothesis.options };
      const seconds = await verifies(hypothesis, options, attempt.request, attempt.secret);
      if (seconds === false) continue;
      const guess = {
        ...hypothesis,
        options,
        open: Object.keys(events.hints),
        hints: events.hints,
        ...(code !== '' && { change: { code, says } }),
        ...(seconds !== undefined && { seconds }),
      };
      return { guess, tried };
    }
  }
  return { tried };
};

interface Variant {
  readonly request: WebhookRequest;
  readonly secret: string;
  readonly code: string;
  readonly says: string;
}

/** The faults that are found most: a line break in the secret, and a body that was written anew on its way. */
const variants = (request: WebhookRequest, secret: string): readonly Variant[] => [
  ...secretChanges({ secret, isToken: false })
    .filter(({ code }) => SECRET_FAULTS.has(code))
    .map(({ code, says, to }) => ({ request, secret: to, code, says })),
  ...bodyChanges(request, 'as-sent')
    .filter(({ set }) => set === undefined)
    .map(({ code, says, to }) => ({ request: { ...request, body: to }, secret, code, says })),
];

const SECRET_FAULTS: ReadonlySet<string> = new Set(['secret-with-line-break', 'secret-with-crlf']);

/** What looks like a signature or a time in a request: places and forms, never the values. */
export const seenIn = (request: WebhookRequest): readonly string[] => {
  const texts = textsIn(request);
  const signatures = proofCandidates(texts).map(
    ({ at, prefix, encoding, bytes }) =>
      `${at}: ${encoding} of ${bytes} bytes${prefix === '' ? '' : ` after ${JSON.stringify(prefix)}`}`,
  );
  const tokens = texts
    .filter(({ text }) => formOf(text.slice(knownPrefix(text).length)).is === 'a JSON Web Token')
    .map(({ at }) => `${at}: a JSON Web Token`);
  const times = timePlaces(texts).map((at) => `${at}: a time`);
  return [...signatures.slice(0, MAX_SEEN), ...tokens.slice(0, MAX_SEEN), ...times.slice(0, MAX_SEEN)];
};

const MAX_SEEN = 8;

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
