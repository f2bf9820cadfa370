import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { altovizRequest, signAltoviz } from '../../senders/altoviz.ts';
import { avaza } from '../../senders/avaza.ts';
import { ivvy } from '../../senders/ivvy.ts';
import { signIvy } from '../../senders/ivy.ts';
import type { SignedRequest, SigningKeys } from '../../senders/sender.ts';
import { signSns, snsHandshake, snsRequest } from '../../senders/sns.ts';
import { signedRequest } from '../../senders/standard-webhooks.ts';
import type { SourceName } from './schedule.ts';

/** Something that happened at a provider. */
export interface Happening {
  /** Its number: what tells it from all others. */
  readonly event: number;
  readonly entity: number;
  readonly known: boolean;
  /** ms since 1970. */
  readonly at: number;
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

/** The providers as their documentation has them, as far as it says anything: shared knowledge of docs/providers.md. */
export const PROVIDERS: Readonly<Record<SourceName, SimulatedProvider>> = {
  ivvy: {
    entity: 'company',
    // https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
    pauses: [20 * SECOND, 20 * SECOND, 20 * SECOND],
    isDone: (status) => status >= 200 && status < 500,
    signsEachTry: false,
    sign: ({ event, entity, known, at }, { now, keys, certificateUrl, messageId, topicArn }) =>
      ivvy.sign(
        {
          event: known ? 'CompanyAdded' : 'PlanetAdded',
          payload: JSON.stringify({ data: { id: entity, event } }),
        },
        keys,
        {
          now: new Date(now),
          ...(topicArn !== undefined && { topicArn }),
          inner: { TxnId: `txn-${event}`, Timestamp: Math.floor(at / SECOND) },
          envelope: { SigningCertURL: certificateUrl, MessageId: messageId },
        },
      ),
  },
  ivy: {
    entity: 'order',
    // The first six are documented, and the last; those between grow evenly. https://docs.getivy.de/docs/webhooks
    pauses: [30, 22, 140, 541, 1_426, 3_200, ...growing(5_049, 1.5779, 9)].map((seconds) => seconds * SECOND),
    isDone: takesOnly200,
    signsEachTry: true,
    sign: ({ event, entity, known, at }, { secret }) => {
      const body = Buffer.from(
        JSON.stringify({
          id: `ivy-${event}`,
          type: known ? 'order_created' : 'planet_created',
          date: new Date(at).toISOString(),
          payload: { id: entity, event },
        }),
      );
      return { id: `ivy-${event}`, path: '', headers: { 'x-ivy-signature': signIvy(body, secret) }, body };
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
    sign: ({ event, entity, known, at }, { secret, now }) =>
      signedRequest(
        JSON.stringify({
          id: `evt_${event}`,
          type: known ? 'payout.paid' : 'planet.paid',
          payload: { id: entity, event },
          date: new Date(at).toISOString(),
        }),
        secret,
        { now: new Date(now), id: `msg_${event}` },
      ),
  },
  altoviz: {
    entity: 'contact',
    // Not documented, so there is nothing to rely on.
    pauses: [],
    isDone: takesOnly200,
    signsEachTry: true,
    sign: ({ event, entity, known }, { secret }) => {
      const body = JSON.stringify({
        id: `evt_${event}`,
        type: known ? 'ContactCreated' : 'PlanetCreated',
        data: { id: entity, event },
      });
      return altovizRequest(`evt_${event}`, Buffer.from(body), signAltoviz(body, secret));
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
    sign: ({ event, entity, known, at }, { secret }) =>
      avaza.sign({ event: known ? 'timesheet_created' : 'planet_created' }, secret, {
        item: { TimeSheetEntryID: entity, event, DateUpdated: tickOf(at, event) },
      }),
  },
};

/** A time as .NET writes it; its last digits tell what happened at the same time apart. */
const tickOf = (at: number, event: number): string =>
  new Date(at).toISOString().replace('Z', `${String(event).padStart(4, '0')}Z`);

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
