import { isUtf8 } from 'node:buffer';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ivvyTopic } from '../../senders/ivvy.ts';
import type { SignedRequest } from '../../senders/sender.ts';
import { FORGED, forged } from './forgers.ts';
import { lineOf, type Request } from './history.ts';
import type { Ending, Invocation } from './lambda.ts';
import { createOperator } from './operator.ts';
import type { OutsideAnswer } from './outside.ts';
import { type Edge, isOfSecret, type SecretSource, type SourceName, type Step } from './schedule.ts';
import type { Secrets } from './secrets.ts';
import {
  createKeys,
  type Happening,
  PROVIDERS,
  type Signing,
  type SimulatedProvider,
  signHandshake,
} from './senders.ts';
import type { Stack } from './stack.ts';
import { dataIn, partsOf, signedPartOf } from './told.ts';
import type { World } from './world.ts';

const SECOND = 1_000;
/** How long a provider waits for an answer, in ms. That of SNS; the others document none. */
const PROVIDER_TIMEOUT = 15 * SECOND;

/** Everybody who isn't Gatepost: the providers, SNS, whoever rotates a secret, whoever forges. */
export interface Players {
  play(step: Step): void;
  /** What a host outside answers. */
  hostAt(url: URL): { readonly edge: Edge; readonly answer: () => OutsideAnswer };
}

const keys = createKeys();
const TOPIC = ivvyTopic();

export const createPlayers = (world: World, stack: Stack, secrets: Secrets): Players => {
  const { clock, faults, history } = world;
  const operator = createOperator(world, stack);
  let certificates = 1;
  let messageIds = 0;
  const happened = new Map<number, { readonly source: SourceName; happening: Happening }>();

  const certificateUrl = (): string =>
    `https://sns.ap-southeast-2.amazonaws.com/SimpleNotificationService-${String(certificates).padStart(32, '0')}.pem`;

  const signing = (
    source: SourceName,
  ): Signing & { readonly version: SigningVersion; readonly generation: number } => {
    const signer =
      source === 'ivvy' ? { secret: '', version: 'keys' as const, generation: 1 } : secrets.signing(source);
    return {
      ...signer,
      now: clock.now(),
      certificateUrl: certificateUrl(),
      messageId: messageIdOf(++messageIds),
      keys: keys.signing,
    };
  };

  /** How far the clock of a function's machines is ever set back, in ms: for as much longer they may remember a fault. */
  const setBack = (source: SourceName): number =>
    world.schedule.steps.reduce(
      (sum, step) => (step.step === 'clock' && step.of === source ? sum + Math.max(0, -step.by) : sum),
      0,
    );

  // ---- one try

  const invoke = (
    source: SourceName,
    request: Request,
    signed: SignedRequest,
    done: (status: number) => void,
  ): void => {
    const at = clock.now();
    history.posts.push({ source, receivedAt: at, request });
    const ended = (ending: Ending<APIGatewayProxyStructuredResultV2>): void => {
      const result = ending.ended === 'answered' ? ending.result : undefined;
      const line = lineOf(invocation.lines);
      history.answers.push({
        source,
        request,
        at: clock.now(),
        receivedAt: at,
        status: result?.statusCode,
        outcome: line?.fields.outcome as string | undefined,
        deliveryId: line?.fields.deliveryId as string | undefined,
        lines: invocation.lines,
        machine: invocation.machine,
        faults: invocation.faults,
        remembersFault: invocation.machine.remembersFaultUntil + setBack(source) >= at,
        skew: invocation.machine.skew(),
        rotatedAt: source === 'ivvy' ? 0 : secrets.rotatedAt(source),
        ending: ending.ended === 'answered' ? 'answered' : ending.how,
      });
      // API Gateway answers for a function that didn't.
      done(result?.statusCode ?? 500);
    };
    const invocation: Invocation = stack.ingestOf(source).invoke(toEvent(signed, source, at), ended);
  };

  /** @param done told the status; undefined where none came in time. */
  const post = (
    source: SourceName,
    request: Request,
    signed: SignedRequest,
    done: (status: number | undefined) => void,
  ): void => {
    const { fate } = faults.next('post', clock.now());
    let isOver = false;
    const over = (status: number | undefined): void => {
      if (isOver) return;
      isOver = true;
      done(status);
    };
    clock.after(PROVIDER_TIMEOUT, () => over(undefined));
    if (fate?.fate === 'lose') return;
    const heard = fate?.fate === 'lose-answer' ? () => undefined : over;
    const late = fate?.fate === 'late' ? fate.by : 10;
    clock.after(late / 2, () => {
      invoke(source, request, signed, (status) => clock.after(late / 2, () => heard(status)));
      if (fate?.fate === 'twice') invoke(source, request, signed, () => undefined);
    });
  };

  // ---- a delivery with all its tries

  const deliver = (
    source: SourceName,
    provider: Pick<SimulatedProvider, 'pauses' | 'isDone' | 'signsEachTry'>,
    sign: (tries: number) => { readonly request: Request; readonly signed: SignedRequest },
  ): void => {
    let made = sign(0);
    const attempt = (failures: number): void => {
      if (provider.signsEachTry && failures > 0) made = sign(failures);
      post(source, made.request, made.signed, (status) => {
        const pause = provider.pauses[failures];
        if (pause === undefined || (status !== undefined && provider.isDone(status))) return;
        clock.after(pause, () => attempt(failures + 1));
      });
    };
    attempt(0);
  };

  const deliverEvent = (event: number): void => {
    const { source, happening } = happened.get(event) ?? {};
    // The step that it happened in was taken out of the schedule.
    if (source === undefined || happening === undefined) return;
    const provider = PROVIDERS[source];
    deliver(source, provider, (tries) => {
      const { version, generation, ...how } = signing(source);
      const signed = provider.sign(happening, { ...how, tries });
      const { at: happenedAt, count = 1 } = happening;
      note(source, signed.body, count);
      return {
        request: { kind: 'event', event, count, happenedAt, signedWith: version, generation },
        signed,
      };
    });
  };

  /** Notes what a provider signs, as it is stored: whole, in the parts that it may be cut into, and the data in it. */
  const note = (source: SourceName, bytes: Buffer, count: number): void => {
    const body = signedPartOf(source, isUtf8(bytes) ? bytes.toString() : bytes.toString('base64'));
    const genuine = history.genuine.get(source);
    if (genuine?.has(body) !== false) return;
    genuine.add(body);
    for (const data of dataIn(source, body)) history.told.add(data);
    if (count === 1) return;
    for (const part of partsOf(body)) history.genuineParts.get(source)?.add(part);
  };

  const handshake = (token: string): void => {
    history.confirmations.set(token, { asked: 0, confirmed: 0 });
    deliver('ivvy', PROVIDERS.ivvy, () => ({
      request: { kind: 'handshake', token },
      signed: signHandshake(token, signing('ivvy'), TOPIC),
    }));
  };

  const forge = (step: Extract<Step, { readonly step: 'forgery' }>): void => {
    const { source, forgery, how, times = 1 } = step;
    const happening = { event: FORGED + forgery, entity: 1, known: true, at: clock.now() };
    const request = { kind: 'forgery', forgery, how } as const;
    for (let nth = 0; nth < times; nth++) {
      clock.after(nth * 500, () => {
        const signed = forged(step, happening, signing(source), () =>
          secrets.revoked(source as SecretSource),
        );
        post(source, request, signed, () => undefined);
      });
    }
  };

  // ---- SNS and iVvy's bucket

  const confirm = (token: string): OutsideAnswer => {
    const known = history.confirmations.get(token);
    if (known === undefined) {
      history.strayConfirmations.push(token);
      return { status: 400, text: 'InvalidParameter' };
    }
    known.asked++;
    // SNS confirms once; asked again, it says the same again. https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
    known.confirmed = 1;
    return { status: 200, text: '<ConfirmSubscriptionResponse/>' };
  };

  return {
    hostAt: (url) => {
      if (url.pathname.endsWith('.pem'))
        return { edge: 'certificate', answer: () => ({ status: 200, text: keys.snsPublic }) };
      const token = url.searchParams.get('Token');
      if (token !== null) return { edge: 'confirmation', answer: () => confirm(token) };
      return { edge: 'key', answer: () => ({ status: 200, text: keys.ivvyPublic }) };
    },
    play: (step) => {
      switch (step.step) {
        case 'event': {
          const { event, source, idOf, ...rest } = step;
          const other = idOf === undefined ? undefined : happened.get(idOf)?.happening;
          happened.set(event, {
            source,
            happening: {
              ...rest,
              event,
              ...(other !== undefined && { idOf: other }),
              at: clock.now(),
            },
          });
          return deliverEvent(event);
        }
        case 'repeat': {
          const known = happened.get(step.event);
          if (known === undefined) return;
          // What can't be understood is told by SNS's own id, and published once.
          if (known.source === 'ivvy' && known.happening.garbled !== undefined) return;
          const { count = 1 } = known.happening;
          known.happening = { ...known.happening, count: count + (step.more ?? 0) };
          return deliverEvent(step.event);
        }
        case 'forgery':
          return forge(step);
        case 'handshake':
          return handshake(`token-${step.token}`);
        case 'rotation':
          return secrets.rotate(step.source, step.lag);
        case 'certificate':
          certificates++;
          return;
        case 'clock':
          world.skews.set(step.of, (world.skews.get(step.of) ?? 0) + step.by);
          return;
        case 'redrive':
          return stack.redrive();
        case 'mistake':
          if (isOfSecret(step)) return;
          stack.deploy(step.source);
          return clock.after(step.lasts, () => stack.deploy(step.source));
        case 'take-back':
          return operator.takeBack(step.op);
        case 'fault':
        case 'outage':
        case 'poison':
          // They are no deeds: `faultsOf` and `poisonOf` have them.
          return;
      }
    },
  };
};

type SigningVersion = Extract<Request, { readonly kind: 'event' }>['signedWith'];

const messageIdOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

const toEvent = (
  { headers, body, path }: SignedRequest,
  source: SourceName,
  timeEpoch: number,
): APIGatewayProxyEventV2 =>
  ({
    version: '2.0',
    routeKey: `POST /hooks/${source}`,
    headers,
    ...(isUtf8(body)
      ? { body: body.toString(), isBase64Encoded: false }
      : { body: body.toString('base64'), isBase64Encoded: true }),
    ...(path !== '' && { pathParameters: { event: path.slice(1) } }),
    rawPath: `/hooks/${source}${path}`,
    rawQueryString: '',
    requestContext: {
      domainName: 'gate.example',
      http: { method: 'POST', sourceIp: '203.0.113.7' },
      timeEpoch,
    },
  }) as unknown as APIGatewayProxyEventV2;
