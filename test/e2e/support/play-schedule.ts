import { setTimeout as sleep } from 'node:timers/promises';
import type { Fate, Schedule, SourceName, Step } from '../../../evidence/simulation/schedule.ts';
import {
  type Happening,
  PROVIDERS,
  type Signing,
  signHandshake,
} from '../../../evidence/simulation/senders.ts';
import { RECHECK_MS } from '../../../lambdas/ingest/secrets.ts';
import { ivvyTopic } from '../../../senders/ivvy.ts';
import type { SignedRequest } from '../../../senders/sender.ts';
import type { GateUnderTest } from './gate-under-test.ts';
import { type MachineClocks, SPEED } from './machine-clocks.ts';
import { redrive } from './redrive.ts';
import type { RotatingSecrets } from './rotating-secrets.ts';
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
  /** Whether it was signed with another secret, or certificate, than at first. */
  readonly isSignedAnew: boolean;
  /** Whether the function could not know the secret yet: half a minute by its clock, and how long it waited to be checked. */
  readonly secretIsNew: boolean;
}

/** What all schedules share on a local stack. */
export interface Stage {
  readonly gate: GateUnderTest;
  readonly pki: Signing['keys'];
  readonly secrets: RotatingSecrets;
  readonly clocks: MachineClocks;
  /** The name of the queue whose dead letters are moved back: `gatepost-intake.fifo`. */
  readonly intake: string;
}

/** What came of a schedule. */
export interface Played {
  /** Every post that was answered. */
  readonly posted: readonly Posted[];
  /** The bodies of the dead letters that were moved back. */
  readonly redriven: readonly string[];
}

/**
 * Plays a schedule on a local stack: hours become seconds, and its things bear numbers that no other schedule's bear. Secrets and
 * clocks are those of all.
 */
export const playSchedule = async (stage: Stage, schedule: Schedule, index: number): Promise<Played> => {
  const { gate, pki, secrets, clocks, intake } = stage;
  const posted: Posted[] = [];
  const redriven: string[] = [];
  let certificates = 0;
  const happened = new Map<number, EventStep & { readonly happening: Happening }>();
  let posts = 0;

  const signing = (source: SourceName): Signing => ({
    secret: secrets.signing(source).secret,
    now: Date.now(),
    certificateUrl: certificateUrl(index, certificates),
    messageId: crypto.randomUUID(),
    keys: pki,
  });

  /** @returns the status that the provider sees; undefined where it sees none. */
  const post = async (about: About, signed: SignedRequest): Promise<number | undefined> => {
    const nth = posts++;
    const fate = schedule.steps.find(
      (step) => step.step === 'fault' && step.edge === 'post' && step.nth === nth,
    );
    const what: Fate['fate'] | undefined = fate?.step === 'fault' ? fate.fate.fate : undefined;
    if (what === 'lose') return undefined;
    const { isRotated } = secrets.signing(about.source);
    const isSignedAnew = about.source === 'ivvy' ? certificates > 0 : isRotated;
    const once = async (): Promise<number> => {
      const startedAt = Date.now();
      const { status } = await gate.post(about.source, signed);
      const secretIsNew = secrets.rotatedAt(about.source) > startedAt - KNOWN_WITHIN;
      posted.push({ ...about, startedAt, answeredAt: Date.now(), status, isSignedAnew, secretIsNew });
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
    else if (step.step === 'rotation') await secrets.rotate(step.source, shortened(step.lag));
    else if (step.step === 'certificate') certificates++;
    else if (step.step === 'clock') clocks.jump(step.of, step.by);
    else if (step.step === 'redrive') redriven.push(...(await redrive(gate, intake)));
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
  return { posted, redriven };
};

type EventStep = Extract<Step, { readonly step: 'event' }>;
type About = Pick<Posted, 'kind' | 'source' | 'event' | 'entity' | 'known' | 'token'>;

const NOTHING = { event: 0, entity: 0, known: true } as const;

/** Of the thousand numbers that a schedule has, what is forged bears those from here on. */
const FORGED = 900;

/** How long a function may not know a new secret, in ms. A second is the network's. */
const KNOWN_WITHIN = RECHECK_MS / SPEED + 1_000;

/** Where a schedule's SNS says that its certificate lies: at first where all others' does. */
const certificateUrl = (schedule: number, generation: number): string => {
  const name = generation === 0 ? '60eadc530605d63b8e62a523676ef735' : `${schedule}f${generation}`;
  return `https://sns.ap-southeast-2.amazonaws.com/SimpleNotificationService-${name.padStart(32, '0')}.pem`;
};

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
