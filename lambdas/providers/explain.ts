import { Rejection } from '../core/rejection.ts';
import type { WebhookRequest } from '../core/request.ts';
import { checkOf, explain, faultOf, rejected } from '../verification/explain.ts';
import { readProofs } from '../verification/proof.ts';
import { received } from '../verification/received.ts';
import { type JwtScheme, verifyJwt } from '../verification/schemes/jwt.ts';
import type { Signed } from '../verification/signed-content.ts';
import type { GivenSecret } from '../verification/trace/describe.ts';
import type { Limits } from '../verification/trace/near-misses.ts';
import { describeToken, tokenFault, tokenNearMisses } from '../verification/trace/token.ts';
import type { AnswerTrace, Fault, Outcome, TokenTrace, Trace } from '../verification/trace/trace.ts';
import { innerSignatureCheck } from './ivvy/inner-signature.ts';
import { createIvvy } from './ivvy/ivvy.ts';
import type { IvvySettings } from './ivvy/settings.ts';
import { ivvyAddressee } from './ivvy/topic.ts';
import { createJwt, jwtScheme } from './jwt/jwt.ts';
import type { JwtSettings } from './jwt/settings.ts';
import type { Provider, Verdict } from './provider.ts';
import { type Handshake, isHandshake, isUnsigned } from './shared/handshake.ts';
import type { SnsAddressee } from './shared/sns/envelope.ts';
import { describeSns, outsideOfTrace } from './shared/sns/explain-sns.ts';
import type { SnsSettings } from './sns/settings.ts';
import { createSns, snsAddressee } from './sns/sns.ts';

/** A request to a source, and what the source has. */
export interface Explained<Settings> {
  readonly request: WebhookRequest;
  readonly provider: Provider<Settings>;
  readonly settings: Settings;
  /** None for a source whose sender's keys are public. */
  readonly secrets: readonly GivenSecret[];
  /** Why the current secret is unset: a request that no other one fits is refused for that. Default: it is set. */
  readonly unset?: string;
  /** Whether certificates and published keys may be fetched. Default: no. */
  readonly online?: boolean;
  /** Default: those of a function. */
  readonly limits?: Limits;
}

const UNDECIDED = 'all that can be checked without asking the sender’s server fits';

/**
 * Why a source accepts a request, or why it doesn't. Changes nothing: no handshake is confirmed.
 *
 * @returns always, for any request.
 */
export const explainRequest = async <Settings>(explained: Explained<Settings>): Promise<Trace> => {
  try {
    return await traceOf(explained);
  } catch (error) {
    return {
      outcome: rejected(new Rejection('internal-error', 'an internal error')),
      method: explained.provider.name,
      handshake: false,
      nearMisses: [],
      faults: [faultOf('trace', error)],
    };
  }
};

const traceOf = async <Settings>(explained: Explained<Settings>): Promise<Trace> => {
  const { provider, settings } = explained;
  if (provider.name === 'ivvy') {
    const ivvySettings = settings as unknown as IvvySettings;
    return await explainSns(explained, ivvyAddressee(ivvySettings), ivvyOfTrace);
  }
  if (provider.name === 'sns') {
    return await explainSns(explained, snsAddressee(settings as unknown as SnsSettings), (online) =>
      createSns(outsideOfTrace(online)),
    );
  }
  return provider.name === 'jwt' ? await explainJwt(explained) : await explainScheme(explained);
};

type Authenticator = Pick<Provider<never>, 'authenticate'>;

const ivvyOfTrace = (online: boolean) =>
  createIvvy({
    ...outsideOfTrace(online),
    // Without its key, its signature is not known to be wrong.
    checkInner: online ? innerSignatureCheck() : async () => 'valid',
  });

const explainScheme = async <Settings>(explained: Explained<Settings>): Promise<Trace> => {
  const { request, provider, settings, secrets, unset, limits } = explained;
  const scheme = provider.scheme?.(settings);
  if (scheme === undefined) throw new Error(`no scheme for ${provider.name}`);
  let verdict: Verdict | undefined;
  const trace = await explain({
    request,
    scheme,
    secrets,
    ...(unset !== undefined && { unset }),
    authenticate: async (check) => {
      verdict = await provider.authenticate(request, settings, check);
      return verdict.outcome;
    },
    isHandshake: isMarked(explained),
    isSetting: (name) => settingNames(provider).has(name),
    ...(limits !== undefined && { limits }),
  });
  return verdict?.outcome === 'confirmed' ? { ...trace, answer: answerOf(verdict, settings) } : trace;
};

/** As the source's function answers. */
const answerOf = ({ answer }: Verdict, settings: unknown): AnswerTrace => {
  const { handshake } = Object(settings) as { readonly handshake?: Handshake };
  return {
    status: 200,
    type: typeof answer === 'string' ? 'text/plain' : 'application/json',
    signed: handshake === undefined || !isUnsigned(handshake),
  };
};

/** Whether the request has the marks of the source's handshake. */
const isMarked = <Settings>({ request, provider, settings }: Explained<Settings>): boolean => {
  const { handshake } = Object(settings) as { readonly handshake?: Handshake };
  const scheme = provider.scheme?.(settings);
  if (handshake === undefined || scheme === undefined) return false;
  const { method, headers, url } = request;
  try {
    const body = method === 'POST' ? received(request, scheme).body : {};
    return isHandshake(handshake, { headers, url, body, method });
  } catch {
    // A body that can't be read has no mark.
    return false;
  }
};

/** The names of the settings of a provider. */
const settingNames = ({ settings }: { readonly settings: object }): ReadonlySet<string> =>
  new Set('entries' in settings ? Object.keys(Object(settings.entries)) : []);

const explainJwt = async <Settings>(explained: Explained<Settings>): Promise<Trace> => {
  const { request, provider, settings, secrets, online = false } = explained;
  const scheme = jwtScheme(settings as unknown as JwtSettings);
  const delivery = received(request, { proof: scheme.proof });
  const faults: Fault[] = [];
  const canDecide = scheme.jwks === undefined || online;
  // The registry's provider verifies no tokens.
  const verifying = { ...provider, ...createJwt(verifyJwt) } as unknown as Provider<Settings>;
  const reached = canDecide ? await explainScheme({ ...explained, provider: verifying }) : undefined;
  const token = partOf('token', faults, () => describeToken(delivery, scheme));
  const outcome = reached?.outcome ?? offlineOutcome(delivery, scheme, token);

  const isAboutTime =
    outcome.kind === 'rejected' && (outcome.reason === 'stale' || outcome.reason === 'future');
  const isUnset =
    explained.unset !== undefined && outcome.kind === 'rejected' && outcome.reason === 'secret-unset';
  const nearMisses =
    outcome.kind !== 'rejected' || isUnset || isAboutTime || !canDecide
      ? []
      : await tokenNearMisses(delivery, scheme, secrets, checkOf).catch((error: unknown) => {
          faults.push(faultOf('near misses', error));
          return [];
        });
  return {
    outcome,
    method: provider.scheme?.(settings).method.name ?? provider.name,
    handshake: reached?.handshake ?? isMarked(explained),
    ...(reached?.proof !== undefined && { proof: reached.proof }),
    ...(token !== undefined && { token }),
    nearMisses,
    ...(nearMisses.length === 0 && reached?.hints !== undefined && { hints: reached.hints }),
    ...(reached?.answer !== undefined && { answer: reached.answer }),
    faults: [...(reached?.faults ?? []), ...faults],
  };
};

/** What shows without the published keys. */
const offlineOutcome = (delivery: Signed, scheme: JwtScheme, token: TokenTrace | undefined): Outcome => {
  try {
    readProofs(scheme.proof, delivery);
    const fault = token === undefined ? undefined : tokenFault(token, delivery.request.receivedAt);
    if (fault !== undefined) throw fault;
    return undecided();
  } catch (error) {
    if (error instanceof Rejection) return rejected(error);
    throw error;
  }
};

const undecided = (): Outcome => ({ kind: 'undecided', detail: UNDECIDED });

const partOf = <T>(part: string, faults: Fault[], work: () => T): T | undefined => {
  try {
    return work();
  } catch (error) {
    // A rejection is the outcome, which says it.
    if (!(error instanceof Rejection)) faults.push(faultOf(part, error));
    return undefined;
  }
};

const explainSns = async <Settings>(
  { request, settings, provider, online = false }: Explained<Settings>,
  addressee: SnsAddressee,
  create: (online: boolean) => Authenticator,
): Promise<Trace> => {
  const sns = await describeSns(request, addressee, online);
  const outcome = await snsOutcome(create(online), request, settings as never, online);
  return {
    outcome,
    method: `${provider.name}: RSA signature of SNS, with the certificate that the message names`,
    handshake: sns.type !== undefined && sns.type !== 'Notification',
    sns,
    nearMisses: [],
    faults: [],
  };
};

const snsOutcome = async (
  provider: Authenticator,
  request: WebhookRequest,
  settings: never,
  online: boolean,
): Promise<Outcome> => {
  try {
    const { outcome } = await provider.authenticate(request, settings, checkOf([]));
    return online ? { kind: 'genuine', result: outcome } : undecided();
  } catch (error) {
    if (error instanceof Rejection) return rejected(error);
    throw error;
  }
};
