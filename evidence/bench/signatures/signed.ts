import type { WebhookRequest } from '../../../lambdas/core/request.ts';
import { rememberedSecrets } from '../../../lambdas/ingest/secrets.ts';
import type { SecretCheck } from '../../../lambdas/verification/secret-check.ts';

/** A delivery whose signature is to be checked. */
export interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const SECRET = process.env.SECRET ?? '';

/** What each contender says of a genuine delivery. */
export const GENUINE = { genuine: true } as const;

/** A source's secret, remembered as ingest remembers it. */
export const secrets: SecretCheck = rememberedSecrets(
  async () => ({ current: SECRET, rotatedAt: new Date(0) }),
  0,
);

const requests = new WeakMap<Signed, WebhookRequest>();

/** As ingest reads it, once: reading is not what is measured. */
export const toRequest = (signed: Signed): WebhookRequest => {
  const known = requests.get(signed);
  if (known !== undefined) return known;
  const request = {
    headers: signed.headers,
    body: Buffer.from(signed.body),
    path: {},
    sourceIp: '203.0.113.7',
    method: 'POST',
    url: 'https://id.execute-api.eu-west-1.amazonaws.com/hooks/bench',
    receivedAt: new Date(),
  };
  requests.set(signed, request);
  return request;
};
