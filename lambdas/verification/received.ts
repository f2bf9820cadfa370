import type { JsonValue } from '../core/json.ts';
import { bodyText, textOf, type WebhookRequest } from '../core/request.ts';
import { readBodyAs } from './body-form.ts';
import type { Scheme } from './scheme.ts';
import { oneForm, type Signed } from './signed-content.ts';

/** What of a scheme says how a request is read. */
export type Reading = Pick<Scheme, 'url' | 'signedBytes' | 'bodyForm' | 'proof'> &
  Partial<Pick<Scheme, 'content'>>;

/**
 * A request as a scheme reads it. The body is parsed when it is first asked for: most schemes verify its bytes, and don't
 * parse what is forged.
 */
export const received = (request: WebhookRequest, scheme: Reading): Signed => new Received(request, scheme);

class Received implements Signed {
  readonly request: Signed['request'];
  readonly headers: Signed['headers'];
  readonly url: string;
  readonly ownUrl: Signed['ownUrl'];
  readonly bodyForm: Signed['bodyForm'];
  readonly signedBytes: Signed['signedBytes'];
  readonly separators: Signed['separators'];
  readonly hashed: Signed['hashed'];
  readonly #content: Reading['content'];
  #body: JsonValue | undefined;

  constructor(
    request: WebhookRequest,
    { bodyForm = 'json', signedBytes = 'as-sent', url, proof, content }: Reading,
  ) {
    this.request = request;
    this.headers = request.headers;
    this.url = request.url;
    this.ownUrl = url;
    this.bodyForm = bodyForm;
    this.signedBytes = signedBytes;
    this.separators = proof.separators;
    this.hashed = request.hashed;
    this.#content = content;
  }

  get body(): JsonValue {
    if (this.#body === undefined) {
      const form = oneForm(this.#content, this);
      this.#body = readBodyAs(this.bodyForm, form === undefined ? bodyText(this.request) : textOf(form));
    }
    return this.#body;
  }
}
