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
  /** How many events its delivery has; 1 if it is stored as one. */
  readonly count: number;
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

/** The most events that a delivery has here: more are not routed within the short visibility time-out. */
const MAX_LIST = 20;

/**
 * What of a schedule can be played on a local stack: it has no source of the provider `hmac`, AWS's emulators refuse nothing
 * for good, lists don't grow, bodies are small, and sources are configured rightly. What has no id arrives once, since
 * everything happens within minutes.
 */
export const forLocalStack = (schedule: Schedule): Schedule => {
  const events = schedule.steps
    .filter((step) => step.step === 'event')
    .filter(({ source }) => source !== 'hmac');
  // What of iVvy can't be understood is told by SNS's own id, and published once.
  const repeated = events.filter(({ source, garbled }) => source !== 'ivvy' || garbled === undefined);
  const numbers = new Set(repeated.map(({ event }) => event));
  return {
    ...schedule,
    steps: schedule.steps.flatMap((step): readonly Step[] => {
      if (step.step === 'poison' || step.step === 'mistake' || step.step === 'take-back') return [];
      if ('source' in step && step.source === 'hmac') return [];
      if (step.step === 'clock' && step.of === 'hmac') return [];
      if (step.step === 'repeat')
        return numbers.has(step.event) ? [{ step: 'repeat', at: step.at, event: step.event }] : [];
      if (step.step !== 'event' || step.count === undefined) return [step];
      return [
        { ...step, count: Math.min(step.count, MAX_LIST), entities: Math.min(step.entities ?? 1, MAX_LIST) },
      ];
    }),
  };
};

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

  const deliver = async (about: About, sign: (tries: number) => SignedRequest): Promise<void> => {
    const { pauses, isDone, signsEachTry } = PROVIDERS[about.source];
    let signed = sign(0);
    for (let failures = 0; ; failures++) {
      const status = await post(about, signed);
      const pause = pauses[failures];
      if (pause === undefined || (status !== undefined && isDone(status))) return;
      await sleep(Math.min(shortened(pause), LONGEST_PAUSE));
      if (signsEachTry) signed = sign(failures + 1);
    }
  };

  const deliverEvent = async (event: number): Promise<void> => {
    const step = happened.get(event);
    if (step === undefined) return;
    const { source, happening } = step;
    const { event: number, entity, count = 1 } = happening;
    const known = step.known && step.garbled === undefined;
    await deliver({ kind: 'event', source, known, event: number, entity, count }, (tries) =>
      PROVIDERS[source].sign(happening, { ...signing(source), tries }),
    );
  };

  const play = async (step: Step): Promise<void> => {
    if (!('at' in step)) return;
    await sleep(shortened(step.at));
    if (step.step === 'event') {
      const { count, entities, idless = false, garbled, idOf } = step;
      const other = idOf === undefined ? undefined : happened.get(idOf)?.happening;
      const happening: Happening = {
        event: eventNumber(index, step.event),
        entity: entityNumber(index, step.entity),
        known: step.known,
        at: Date.now(),
        idless,
        garbled,
        ...(count !== undefined && { count }),
        ...(entities !== undefined && { entities }),
        ...(other !== undefined && { idOf: other }),
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
type About = Pick<Posted, 'kind' | 'source' | 'event' | 'entity' | 'known' | 'count' | 'token'>;

const NOTHING = { event: 0, entity: 0, known: true, count: 1 } as const;

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
