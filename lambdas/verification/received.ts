import type { JsonValue } from '../core/json.ts';
import { bodyText, type WebhookRequest } from '../core/request.ts';
import { readBodyAs } from './body-form.ts';
import type { Scheme } from './scheme.ts';
import type { Signed } from './signed-content.ts';

/** What of a scheme says how a request is read. */
export type Reading = Pick<Scheme, 'url' | 'signedBytes' | 'bodyForm' | 'proof'>;

/**
 * A request as a scheme reads it. The body is parsed when it is first asked for: most schemes verify its bytes, and don't
 * parse what is forged.
 */
export const received = (request: WebhookRequest, scheme: Reading): Signed => {
  const { bodyForm = 'json', signedBytes = 'as-sent', url, proof } = scheme;
  let body: JsonValue | undefined;
  return {
    request,
    headers: request.headers,
    url: request.url,
    ownUrl: url,
    bodyForm,
    signedBytes,
    separators: proof.separators,
    get body() {
      body ??= readBodyAs(bodyForm, bodyText(request));
      return body;
    },
  };
};
