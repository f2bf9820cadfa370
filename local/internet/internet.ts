import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Pki } from '../../senders/pki.ts';
import { listen, stopListening } from '../support/listen.ts';
import { type Misbehaviour, misbehave } from './misbehaviour.ts';

/** The external hosts that the functions call, SNS and iVvy's key buckets, played by one HTTPS server. */
export interface Outside {
  /** On 127.0.0.1. The TLS server name and the `Host` header select the host. */
  readonly port: number;
  /** All requests, oldest first. */
  readonly requests: readonly OutsideRequest[];
  /** The confirmed subscriptions, oldest first. */
  readonly confirmations: readonly Confirmation[];
  /** For tests: makes a part fail until {@link behave}. */
  misbehave(part: OutsidePart, how: Misbehaviour): void;
  behave(): void;
  stop(): Promise<void>;
}

export interface OutsideRequest {
  readonly host: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
}

export interface Confirmation {
  readonly topicArn: string;
  readonly token: string;
}

/** The certificate of SNS, the confirmation of a subscription, iVvy's public key. */
export type OutsidePart = 'certificate' | 'confirmation' | 'key';

/** Starts the external hosts on a free port. */
export const startOutside = async (pki: Pki): Promise<Outside> => {
  const requests: OutsideRequest[] = [];
  const confirmations: Confirmation[] = [];
  const faults = new Map<OutsidePart, Misbehaviour>();

  const answers: Readonly<Record<OutsidePart, (path: string) => Answer>> = {
    certificate: () => ({ status: 200, type: 'application/x-x509-ca-cert', body: pki.sns.cert }),
    key: () => ({ status: 200, type: 'text/plain', body: pki.ivvy.publicKey }),
    confirmation: (path) => {
      const confirmation = confirmationIn(path);
      if (confirmation === undefined) return INVALID_PARAMETER;
      confirmations.push(confirmation);
      return confirmed(confirmation);
    },
  };

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const asked = { host: hostOf(request), method: request.method ?? '', path: request.url ?? '' };
    requests.push(asked);
    const part = partOf(asked);
    const fault = part === undefined ? undefined : faults.get(part);
    if (fault !== undefined) misbehave(response, fault);
    else send(response, part === undefined ? NOT_FOUND : answers[part](asked.path));
  };

  const server = createServer(
    {
      SNICallback: (hostname, done) => {
        pki.serverContext(hostname).then(
          (context) => done(null, context),
          (error: Error) => done(error),
        );
      },
    },
    handle,
  );
  const port = await listen(server, 0);

  return {
    port,
    requests,
    confirmations,
    misbehave: (part, how) => void faults.set(part, how),
    behave: () => faults.clear(),
    stop: () => stopListening(server),
  };
};

const REGION = /[a-z]{2}(?:-[a-z]+)+-\d/.source;
const SNS_HOST = new RegExp(`^sns\\.${REGION}\\.amazonaws\\.com$`);
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[0-9a-f]{32}\.pem$/;
const CONFIRMATION_PATH = /^\/\?(?:.*&)?Action=ConfirmSubscription(?:&|$)/;
const KEY_FILE = /\/accounts\/\d+\/\d+\/notifcert\.txt/.source;
// https://github.com/ivvycode/ivvy-subscriptions-net src/Message.cs
const KEY_URLS = [
  new RegExp(
    `^s3-ap-southeast-2\\.amazonaws\\.com/notifications\\.stageau\\.ap-southeast-2\\.ivvy\\.com${KEY_FILE}$`,
  ),
  new RegExp(`^s3-(${REGION})\\.amazonaws\\.com/accountnotifications\\.\\1\\.ivvy\\.com${KEY_FILE}$`),
];

const hostOf = ({ headers }: IncomingMessage): string => (headers.host ?? '').replace(/:\d+$/, '');

const partOf = ({ host, method, path }: OutsideRequest): OutsidePart | undefined => {
  if (method !== 'GET') return undefined;
  if (SNS_HOST.test(host)) {
    if (CERTIFICATE_PATH.test(path)) return 'certificate';
    return CONFIRMATION_PATH.test(path) ? 'confirmation' : undefined;
  }
  return KEY_URLS.some((url) => url.test(host + path)) ? 'key' : undefined;
};

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const send = (response: ServerResponse, { status, type, body }: Answer): void => {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
};

const NOT_FOUND: Answer = { status: 404, type: 'text/plain', body: 'not found\n' };

/** The parameters of ConfirmSubscription; undefined where they are invalid. */
const confirmationIn = (path: string): Confirmation | undefined => {
  const query = new URL(path, 'https://sns').searchParams;
  const topicArn = query.get('TopicArn') ?? '';
  const token = query.get('Token') ?? '';
  return /^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]+$/.test(topicArn) && token !== ''
    ? { topicArn, token }
    : undefined;
};

// https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
const confirmed = ({ topicArn }: Confirmation): Answer => ({
  status: 200,
  type: 'text/xml',
  body: `<ConfirmSubscriptionResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
  <ConfirmSubscriptionResult>
    <SubscriptionArn>${topicArn}:${randomUUID()}</SubscriptionArn>
  </ConfirmSubscriptionResult>
  <ResponseMetadata>
    <RequestId>${randomUUID()}</RequestId>
  </ResponseMetadata>
</ConfirmSubscriptionResponse>
`,
});

const INVALID_PARAMETER: Answer = {
  status: 400,
  type: 'text/xml',
  body: `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
  <Error>
    <Type>Sender</Type>
    <Code>InvalidParameter</Code>
    <Message>Invalid parameter</Message>
  </Error>
</ErrorResponse>
`,
};
