import { createHmac, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { altovizRequest, signAltoviz } from '../../senders/altoviz.ts';
import { avaza } from '../../senders/avaza.ts';
import { ivvy } from '../../senders/ivvy.ts';
import { signIvy } from '../../senders/ivy.ts';
import type { SignedRequest, SigningKeys } from '../../senders/sender.ts';
import { signSns, snsHandshake, snsRequest } from '../../senders/sns.ts';
import { signedRequest } from '../../senders/standard-webhooks.ts';
import { entityOf, type Garbled, type SourceName } from './schedule.ts';
import { filling } from './told.ts';

/** Something that happened at a provider, or several things that it delivers together. */
export interface Happening {
  /** Its number: what tells it from all others. */
  readonly event: number;
  readonly entity: number;
  readonly known: boolean;
  /** ms since 1970. */
  readonly at: number;
  /** How many things happened. Default: 1. */
  readonly count?: number;
  /** Among how many entities. Default: 1. */
  readonly entities?: number;
  /** The happening whose id it bears. Default: this one. */
  readonly idOf?: Pick<Happening, 'event' | 'at'>;
  /** Default: it has an id. */
  readonly idless?: boolean;
  /** Default: it can be understood. */
  readonly garbled?: Garbled | undefined;
  /** How much filling each thing carries, in characters. Default: none. */
  readonly size?: number;
  /** How much stands beside the list, in characters. Default: nothing. */
  readonly beside?: number;
}

/** What a provider signs a delivery with. */
export interface Signing {
  /** A secret; a sender with keys of its own leaves it alone. */
  readonly secret: string;
  /** When it signs; ms since 1970. */
  readonly now: number;
  /** Where SNS says that its certificate lies. */
  readonly certificateUrl: string;
  /** Tells one SNS message from another that says the same. */
  readonly messageId: string;
  /** How often the delivery was tried before. Default: never. */
  readonly tries?: number;
  /** Whose keys; others for a forger. */
  readonly keys: SigningKeys;
  /** iVvy's topic. Default: the right one. */
  readonly topicArn?: string;
}

/** How a provider of the simulation behaves. */
export interface SimulatedProvider {
  /** Where its known events go. */
  readonly entity: string;
  /** How long it waits after each try that failed before the next, in ms. */
  readonly pauses: readonly number[];
  /** Whether it leaves it at that answer. */
  isDone(status: number): boolean;
  /** Whether it signs each try anew; if not, it sends the same bytes again. */
  readonly signsEachTry: boolean;
  sign(happening: Happening, signing: Signing): SignedRequest;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const takesOnly200 = (status: number) => status === 200;

/** Grows by that factor from pause to pause. */
const growing = (first: number, factor: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => Math.round(first * factor ** index));

/** The number of an id: the same for all that bear it. */
const idIn = ({ event, idOf }: Happening): number => idOf?.event ?? event;

/** Each of the things that happened, and what its payload tells. */
const itemsOf = <T>(
  happening: Happening,
  write: (item: number, told: Told, entity: number) => T,
): readonly T[] => {
  const { count = 1 } = happening;
  return Array.from({ length: count }, (_, item) =>
    write(item, toldOf(happening, item), entityOf(happening, item)),
  );
};

/** What `namesIn` finds again in a payload, and filling. */
interface Told {
  readonly event: number;
  readonly item?: number;
  readonly text?: string;
}

const toldOf = ({ event, size }: Happening, item?: number): Told => ({
  event,
  ...(item !== undefined && { item }),
  ...(size !== undefined && { text: filling(size, event, item ?? 0) }),
});

const jsonBytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** A body: as it should be; or without what matters, no JSON, or no text. */
const bodyOf = (
  { garbled, event, size = 0 }: Happening,
  right: () => object,
  misshapen: () => object,
): Buffer => {
  if (garbled === undefined) return jsonBytes(right());
  if (garbled === 'shape') return jsonBytes({ ...misshapen(), text: filling(size, event) });
  const text = Buffer.from(`${noJson(event)} ${filling(size, event)}`);
  return garbled === 'text' ? text : Buffer.concat([Buffer.from([0xff, 0xfe, 0x80]), text]);
};

const noJson = (event: number): string => `this is no JSON: "event":${event}`;

/** The providers as their documentation has them, as far as it says anything: shared knowledge of docs/providers.md. */
export const PROVIDERS: Readonly<Record<SourceName, SimulatedProvider>> = {
  ivvy: {
    entity: 'company',
    // https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
    pauses: [20 * SECOND, 20 * SECOND, 20 * SECOND],
    isDone: (status) => status >= 200 && status < 500,
    signsEachTry: false,
    sign: (happening, { now, keys, certificateUrl, messageId, topicArn }) => {
      const { event, entity, known, at, garbled } = happening;
      return ivvy.sign(
        {
          event: known ? 'CompanyAdded' : 'PlanetAdded',
          payload: JSON.stringify({ data: { id: entity, ...toldOf(happening) } }),
        },
        keys,
        {
          now: new Date(now),
          ...(topicArn !== undefined && { topicArn }),
          inner: {
            TxnId: `txn-${idIn(happening)}`,
            Timestamp: Math.floor(at / SECOND),
            // With both signatures.
            ...(garbled === 'shape' && { Body: noJson(event) }),
          },
          envelope: {
            SigningCertURL: certificateUrl,
            MessageId: messageId,
            ...((garbled === 'text' || garbled === 'bytes') && { Message: noJson(event) }),
          },
        },
      );
    },
  },
  ivy: {
    entity: 'order',
    // The first six are documented, and the last; those between grow evenly. https://docs.getivy.de/docs/webhooks
    pauses: [30, 22, 140, 541, 1_426, 3_200, ...growing(5_049, 1.5779, 9)].map((seconds) => seconds * SECOND),
    isDone: takesOnly200,
    signsEachTry: true,
    sign: (happening, { secret }) => {
      const { event, entity, known, at } = happening;
      const id = `ivy-${idIn(happening)}`;
      const envelope = {
        id,
        type: known ? 'order_created' : 'planet_created',
        date: new Date(at).toISOString(),
      };
      const body = bodyOf(
        happening,
        () => ({ ...envelope, payload: { id: entity, ...toldOf(happening) } }),
        () => ({ ...envelope, payload: null, event }),
      );
      return { id, path: '', headers: { 'x-ivy-signature': signIvy(body, secret) }, body };
    },
  },
  augustus: {
    entity: 'payout',
    // Not documented: those of Standard Webhooks' own example.
    pauses: [
      5 * SECOND,
      5 * MINUTE,
      0.5 * HOUR,
      2 * HOUR,
      5 * HOUR,
      10 * HOUR,
      14 * HOUR,
      20 * HOUR,
      24 * HOUR,
    ],
    isDone: (status) => status >= 200 && status < 300,
    signsEachTry: true,
    sign: (happening, { secret, now }) => {
      const { event, entity, known, at } = happening;
      const envelope = {
        id: `evt_${idIn(happening)}`,
        type: known ? 'payout.paid' : 'planet.paid',
        date: new Date(at).toISOString(),
      };
      const body = bodyOf(
        happening,
        () => ({ ...envelope, payload: { id: entity, ...toldOf(happening) } }),
        () => ({ ...envelope, payload: [{ event }] }),
      );
      return signedRequest(body, secret, { now: new Date(now), id: `msg_${idIn(happening)}` });
    },
  },
  altoviz: {
    entity: 'contact',
    // Not documented, so there is nothing to rely on.
    pauses: [],
    isDone: takesOnly200,
    signsEachTry: true,
    sign: (happening, { secret }) => {
      const { event, entity, known } = happening;
      const id = `evt_${idIn(happening)}`;
      const envelope = { id, type: known ? 'ContactCreated' : 'PlanetCreated' };
      const body = bodyOf(
        happening,
        () => ({ ...envelope, data: { id: entity, ...toldOf(happening) } }),
        () => ({ ...envelope, event }),
      );
      return altovizRequest(id, body, signAltoviz(body, secret));
    },
  },
  avaza: {
    entity: 'timesheet',
    // 10, 30, 90 and 190 minutes are documented, and that there are thirteen; no one waits longer than a day here.
    pauses: [10, 30, 90, 190, 380, 760, ...Array.from({ length: 7 }, () => 24 * 60)].map(
      (minutes) => minutes * MINUTE,
    ),
    isDone: takesOnly200,
    signsEachTry: true,
    sign: (happening, { secret }) => {
      const { known, event, idless = false } = happening;
      const signed = avaza.sign({ event: known ? 'timesheet_created' : 'planet_created' }, secret);
      return {
        ...signed,
        body: bodyOf(
          happening,
          () =>
            itemsOf(happening, (item, told, entity) => ({
              TimeSheetEntryID: entity,
              ...told,
              ...(!idless && { DateUpdated: tickOf(happening, item) }),
            })),
          () => ({ event }),
        ),
      };
    },
  },
  // Any SaaS that puts several events into one delivery. The pauses are of HubSpot's kind: ten tries within a day.
  // https://developers.hubspot.com/docs/apps/legacy-apps/public-apps/create-generic-webhook-subscriptions
  hmac: {
    entity: 'deal',
    pauses: [1, 5, 15, 60, 120, 180, 240, 300, 400].map((minutes) => minutes * MINUTE),
    isDone: (status) => status >= 200 && status < 300,
    signsEachTry: true,
    sign: (happening, { secret, tries = 0 }) => {
      const { known, event, idless = false, beside } = happening;
      const body = bodyOf(
        happening,
        () => ({
          portal: 7,
          ...(beside !== undefined && { note: filling(beside, event, -1) }),
          events: itemsOf(happening, (item, told, deal) => ({
            type: known ? 'deal.created' : 'planet.created',
            deal,
            ...told,
            ...(!idless && { id: `${idIn(happening)}-${item}` }),
            attempt: tries,
          })),
        }),
        () => ({ events: [{ event }] }),
      );
      return { id: '', path: '', headers: { 'x-signature': signText(body, secret) }, body };
    },
  },
};

const signText = (body: Buffer, secret: string): string =>
  createHmac('sha256', secret).update(body).digest('hex');

/** A time as .NET writes it; its last digits tell what happened at the same time apart. */
const tickOf = (happening: Happening, item: number): string =>
  new Date(happening.idOf?.at ?? happening.at)
    .toISOString()
    .replace('Z', `${String(idIn(happening) * 10_000 + item).padStart(8, '0')}Z`);

/** A handshake of SNS. */
export const signHandshake = (
  token: string,
  { now, keys, certificateUrl, messageId }: Signing,
  topicArn: string,
): SignedRequest => {
  const fields = snsHandshake('SubscriptionConfirmation', topicArn, new Date(now));
  return snsRequest(
    signSns(
      {
        ...fields,
        MessageId: messageId,
        Token: token,
        SubscribeURL: `https://sns.ap-southeast-2.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`,
        SigningCertURL: certificateUrl,
      },
      keys.sns.key,
    ),
  );
};

/** The keys of SNS and iVvy, and what they are checked with. */
export interface SimulatedKeys {
  readonly signing: SigningKeys;
  /** PEM; sns-validator and Node take a public key where a certificate is due. */
  readonly snsPublic: string;
  readonly ivvyPublic: string;
}

/** Short keys: the arithmetic is the same, and a run takes half as long. */
const BITS = 1024;

export const createKeys = (): SimulatedKeys => {
  const pair = () =>
    generateKeyPairSync('rsa', {
      modulusLength: BITS,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
  const [sns, inner] = [pair(), pair()];
  return {
    // Read once: reading a key takes longer than signing with it.
    signing: {
      sns: { key: createPrivateKey(sns.privateKey) },
      ivvy: { key: createPrivateKey(inner.privateKey) },
    },
    snsPublic: sns.publicKey,
    ivvyPublic: inner.publicKey,
  };
};
