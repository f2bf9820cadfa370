import { Rejection } from '../core/rejection.ts';
import type { WebhookRequest } from '../core/request.ts';
import { received } from './received.ts';
import type { Scheme } from './scheme.ts';
import type { SecretCheck } from './secret-check.ts';
import type { Signed } from './signed-content.ts';
import {
  describeKeys,
  describeProof,
  describeSigned,
  describeTime,
  type GivenSecret,
  nameOf,
  timeNearMisses,
} from './trace/describe.ts';
import { hintsOf } from './trace/hints.ts';
import { findNearMisses, type Limits, type NamedAttempt } from './trace/near-misses.ts';
import type { Fault, NearMiss, Outcome, Trace } from './trace/trace.ts';
import { verify } from './verify.ts';

/** What is explained. */
export interface Question {
  readonly request: WebhookRequest;
  readonly scheme: Scheme;
  /** The secrets of the source. None for a sender whose keys are public. */
  readonly secrets: readonly GivenSecret[];
  /** Why the current secret is unset. Default: it is set. */
  readonly unset?: string;
  /**
   * What the source makes of the request: the outcome of a verdict.
   *
   * Default: {@link verify}, and `accepted`.
   * @throws {Rejection} if it isn't genuine.
   */
  authenticate?(secrets: SecretCheck): Promise<string>;
  /** Whether the request has the marks of the source's handshake. Default: it has none. */
  readonly isHandshake?: boolean;
  /** Whether the provider of the source has a setting of that name. Default: it has each. */
  isSetting?(name: string): boolean;
  /** Default: those of a function. */
  readonly limits?: Limits;
}

/**
 * Why a request is genuine, or why it isn't, by the functions that verify.
 *
 * @returns always, for any request: an internal error becomes a part of the trace.
 */
export const explain = async (question: Question): Promise<Trace> => {
  const { request, secrets, isHandshake = false } = question;
  // The kind of key is the method's own matter.
  const scheme = question.scheme;
  const faults: Fault[] = [];
  const part = <T>(name: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      // A rejection is the outcome, which says it.
      if (!(error instanceof Rejection)) faults.push(faultOf(name, error));
      return undefined;
    }
  };

  const outcome = await outcomeOf(question, faults);
  const delivery = part('request', () => received(request, scheme));
  const of = <T>(name: string, describe: (delivery: Signed) => T | undefined): T | undefined =>
    delivery === undefined ? undefined : part(name, () => describe(delivery));

  const proof = of('proof', (one) => describeProof(one, scheme));
  const signed = of('signed', (one) => describeSigned(one, scheme));
  const keys = of('keys', (one) => describeKeys(one, scheme, secrets));
  const time = of('time', (one) => describeTime(one, scheme));
  const found = part('near misses', () => nearMissesOf(question, outcome));
  const ofTime = keys?.some(({ fits }) => fits)
    ? (of('time', (one) => timeNearMisses(one, scheme, time)) ?? [])
    : [];
  const nearMisses: readonly NearMiss[] = [...(found?.nearMisses ?? []), ...ofTime];
  const hints =
    outcome.kind === 'rejected' && nearMisses.length === 0
      ? (part('hints', () => hintsOf(request, scheme, outcome.reason)) ?? [])
      : [];
  return {
    outcome,
    method: scheme.method.name,
    handshake: isHandshake || (outcome.kind === 'genuine' && outcome.result === 'confirmed'),
    ...(proof !== undefined && { proof }),
    ...(signed !== undefined && { signed }),
    ...(keys !== undefined && { keys }),
    ...(time !== undefined && { time }),
    nearMisses: outcome.kind === 'genuine' ? [] : nearMisses,
    ...(hints.length > 0 && { hints }),
    ...(found !== undefined && { search: found.search }),
    faults,
  };
};

/** What a source's function would say. @param faults gets an internal error. */
const outcomeOf = async (question: Question, faults: Fault[]): Promise<Outcome> => {
  const { request, scheme, authenticate } = question;
  const secrets = checkOf(question.secrets, question.unset);
  try {
    const result =
      authenticate === undefined
        ? await verify(request, scheme, secrets).then(() => 'accepted')
        : await authenticate(secrets);
    return { kind: 'genuine', result };
  } catch (error) {
    if (error instanceof Rejection) return rejected(error);
    faults.push(faultOf('outcome', error));
    return rejected(new Rejection('internal-error', 'an internal error'));
  }
};

/** The outcome of a rejection. Its detail is one sentence that quotes no payload. */
export const rejected = ({ reason, status, message }: Rejection): Outcome => ({
  kind: 'rejected',
  reason,
  status,
  detail: message,
});

/** The name of an error: its message could hold anything. */
export const faultOf = (part: string, error: unknown): Fault => ({
  part,
  error: Error.isError(error) ? error.name : typeof error,
});

/** Secrets that were given, as a source has them. @param unset why the current one is unset. */
export const checkOf =
  (secrets: readonly GivenSecret[], unset?: string): SecretCheck =>
  async (passes) => {
    if (secrets.some(({ text }) => passes(text))) return true;
    if (unset !== undefined) throw new Rejection('secret-unset', unset);
    if (secrets.length === 0) throw new Rejection('secret-unset', 'no secret was given');
    return false;
  };

/** A proof that doesn't fit may do so with a change; any other reason isn't about the proof. */
const ABOUT_PROOF: ReadonlySet<string> = new Set([
  'signature-missing',
  'signature-malformed',
  'signature-mismatch',
  'secret-unset',
  'body-shape',
  'body-not-json',
]);

const nearMissesOf = (question: Question, outcome: Outcome) => {
  const { request, scheme, secrets, unset, isSetting, limits } = question;
  if (outcome.kind !== 'rejected' || !ABOUT_PROOF.has(outcome.reason)) return undefined;
  // The secret has to be stored first.
  if (outcome.reason === 'secret-unset' && unset !== undefined) return undefined;
  const attempts: readonly NamedAttempt[] =
    scheme.method.publicKeys === undefined
      ? secrets.map((secret) => ({ request, scheme, secret: secret.text, key: nameOf(secret) }))
      : [{ request, scheme, key: 'public keys' }];
  return findNearMisses(attempts, isSetting ?? (() => true), limits);
};
