import { setTimeout as sleep } from 'node:timers/promises';
import { ivvyTopic } from '../../../local/senders/ivvy.ts';
import type { SignedRequest } from '../../../local/senders/sender.ts';
import type { Fate, Schedule, SourceName, Step } from '../../../simulation/schedule.ts';
import { type Happening, PROVIDERS, type Signing, signHandshake } from '../../../simulation/senders.ts';
import type { Gate } from './gate-under-test.ts';
import { entityNumber, eventNumber, shortened } from './schedule-faults.ts';

/** A post, and what it was answered with. */
export interface Posted {
  readonly kind: 'event' | 'forgery' | 'handshake';
  readonly source: SourceName;
  /** The event's number, or the forged one's. */
  readonly event: number;
  readonly entity: number;
  readonly known: boolean;
  readonly token?: string;
  readonly startedAt: number;
  readonly answeredAt: number;
  readonly status: number;
}

/** What a source's provider signs with on this desk. */
export interface Keys {
  readonly pki: Signing['keys'];
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Plays a schedule's deliveries towards a gate: hours become seconds, and its things bear numbers that no other schedule's
 * bear. Rotations, certificates and clocks are left out: what is remembered for half a minute is so here as well.
 *
 * @returns every post that was answered.
 */
export const playSchedule = async (
  gate: Gate,
  schedule: Schedule,
  index: number,
  keys: Keys,
): Promise<readonly Posted[]> => {
  const posted: Posted[] = [];
  const happened = new Map<number, EventStep & { readonly happening: Happening }>();
  let posts = 0;

  const signing = (source: SourceName): Signing => ({
    secret: keys.secrets[source] ?? '',
    now: Date.now(),
    certificateUrl:
      'https://sns.ap-southeast-2.amazonaws.com/SimpleNotificationService-60eadc530605d63b8e62a523676ef735.pem',
    messageId: crypto.randomUUID(),
    keys: keys.pki,
  });

  /** @returns the status that the provider sees; undefined where it sees none. */
  const post = async (about: About, signed: SignedRequest): Promise<number | undefined> => {
    const nth = posts++;
    const fate = schedule.steps.find(
      (step) => step.step === 'fault' && step.edge === 'post' && step.nth === nth,
    );
    const what: Fate['fate'] | undefined = fate?.step === 'fault' ? fate.fate.fate : undefined;
    if (what === 'lose') return undefined;
    const once = async (): Promise<number> => {
      const startedAt = Date.now();
      const { status } = await gate.post(about.source, signed);
      posted.push({ ...about, startedAt, answeredAt: Date.now(), status });
      return status;
    };
    const [status] = await Promise.all(what === 'twice' ? [once(), once()] : [once()]);
    return what === 'lose-answer' ? undefined : status;
  };

  const deliver = async (about: About, sign: () => SignedRequest): Promise<void> => {
    const { pauses, isDone, signsEachTry } = PROVIDERS[about.source];
    let signed = sign();
    for (let failures = 0; ; failures++) {
      const status = await post(about, signed);
      const pause = pauses[failures];
      if (pause === undefined || (status !== undefined && isDone(status))) return;
      await sleep(Math.min(shortened(pause), LONGEST_PAUSE));
      if (signsEachTry) signed = sign();
    }
  };

  const deliverEvent = async (event: number): Promise<void> => {
    const step = happened.get(event);
    if (step === undefined) return;
    const { source, known, happening } = step;
    await deliver({ kind: 'event', source, known, event: happening.event, entity: happening.entity }, () =>
      PROVIDERS[source].sign(happening, signing(source)),
    );
  };

  const play = async (step: Step): Promise<void> => {
    if (!('at' in step)) return;
    await sleep(shortened(step.at));
    if (step.step === 'event') {
      const happening = {
        event: eventNumber(index, step.event),
        entity: entityNumber(index, step.entity),
        known: step.known,
        at: Date.now(),
      };
      happened.set(step.event, { ...step, happening });
      await deliverEvent(step.event);
    } else if (step.step === 'repeat') await deliverEvent(step.event);
    else if (step.step === 'handshake') {
      const token = `token-${index}-${step.token}`;
      await deliver({ ...NOTHING, kind: 'handshake', source: 'ivvy', token }, () =>
        signHandshake(token, signing('ivvy'), ivvyTopic()),
      );
    } else if (step.step === 'forgery') {
      const event = eventNumber(index, FORGED + step.forgery);
      const happening = { event, entity: entityNumber(index, FORGED), known: true, at: Date.now() };
      await post(
        { ...NOTHING, kind: 'forgery', source: step.source, event },
        forge(step, happening, signing(step.source)),
      );
    }
  };

  await Promise.all(schedule.steps.map(play));
  return posted;
};

type EventStep = Extract<Step, { readonly step: 'event' }>;
type About = Omit<Posted, 'startedAt' | 'answeredAt' | 'status'>;

const NOTHING = { event: 0, entity: 0, known: true } as const;

/** Of the thousand numbers that a schedule has, what is forged bears those from here on. */
const FORGED = 900;

/** Enough for whatever was broken to be whole again, in ms. */
const LONGEST_PAUSE = 3_000;

const forge = (
  { source, how }: Extract<Step, { readonly step: 'forgery' }>,
  happening: Happening,
  right: Signing,
): SignedRequest => {
  const signed = PROVIDERS[source].sign(happening, {
    ...right,
    secret: 'whsec_dGhlIHNlY3JldCBvZiBub2JvZHkgYXQgYWxsLCBldmVy',
    ...(source === 'ivvy' && how === 'revoked' && { topicArn: ivvyTopic('Companies', '15') }),
  });
  if (how === 'bare' && source !== 'ivvy') return { ...signed, headers: {} };
  // What SNS signed for us is changed afterwards.
  const text = signed.body.toString();
  return { ...signed, body: Buffer.from(text.replace(String(happening.event), String(happening.event + 1))) };
};
