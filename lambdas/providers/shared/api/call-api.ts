import * as v from 'valibot';
import { ApiError } from './api-error.ts';

/** A request to a provider's API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With its query, relative to the base URL. */
  readonly path: string;
  /** Called for each attempt, because signatures contain the time. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: string | undefined;
  /** The expected statuses; any other is a refusal. */
  readonly statuses: readonly number[];
}

/** A response with an expected status. */
export interface ApiAnswer<T> {
  readonly status: number;
  /** Absent for a status other than 2xx, and without a schema. */
  readonly value: T | undefined;
}

/** Calls the API. @param schema of a 2xx response; without one the body is ignored. @throws {ApiError} `provider`. */
export type CallApi = <T>(request: ApiRequest, schema?: v.GenericSchema<unknown, T>) => Promise<ApiAnswer<T>>;

export interface ApiPlace {
  /** The provider's name, for messages. */
  readonly title: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** Keys and secrets, which are removed from all messages. */
  readonly secrets: readonly string[];
  /** What to do about a refused API key. */
  readonly checkKey: string;
  /** The message in the body of a refusal; undefined if it is not as documented. Default: its `message` and `errors`. */
  readonly refusal?: ((body: unknown) => string | undefined) | undefined;
  readonly sleep: (ms: number) => Promise<void>;
  readonly interrupted: AbortSignal;
  /** Default: 15 s. */
  readonly timeoutMs?: number;
}

/**
 * A client with a time limit that follows no redirects. It retries only if the provider asks for it (429, or 503 with
 * `Retry-After`): then nothing was done. After a broken connection the outcome is unknown, so it doesn't retry.
 */
export const createCallApi = (place: ApiPlace): CallApi => {
  const { title, baseUrl, checkKey, refusal = plainRefusal, sleep, interrupted, timeoutMs = 15_000 } = place;
  const fail = (message: string, next?: string, cause?: unknown): never => {
    throw new ApiError('provider', redact(message, place.secrets), next, { cause });
  };

  const exchange = async ({ method, path, headers, body }: ApiRequest): Promise<Exchange> => {
    try {
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        headers: { accept: 'application/json', ...headers() },
        ...(body !== undefined && { body }),
        redirect: 'manual',
        signal: AbortSignal.any([interrupted, AbortSignal.timeout(timeoutMs)]),
      });
      return { response, text: await readText(response) };
    } catch (cause) {
      const done =
        method === 'GET' ? '' : ' It may or may not have been done: check with gatepost subscriptions.';
      return fail(
        `${title} ${whyUnanswered(cause, timeoutMs)} (${new URL(baseUrl).host}).${done}`,
        TRY_AGAIN,
        cause,
      );
    }
  };

  const patiently = async (request: ApiRequest): Promise<Exchange> => {
    for (let attempt = 1; ; attempt++) {
      const exchanged = await exchange(request);
      const pauseMs = askedPause(exchanged.response);
      if (pauseMs === undefined) return exchanged;
      const seconds = Math.ceil(pauseMs / 1000);
      if (attempt === MAX_ATTEMPTS || pauseMs > MAX_PAUSE_MS)
        return fail(
          `${title} accepts no more requests now (${exchanged.response.status}); it asks to wait ${seconds} s.`,
          `Run the same command again after ${seconds} s: it goes on from where this one ended.`,
        );
      await sleep(pauseMs);
    }
  };

  return async (request, schema) => {
    const { response, text } = await patiently(request);
    const { status } = response;
    const json = parseJson(text);
    if (!request.statuses.includes(status)) {
      const said = json === undefined ? undefined : inWords(refusal(json));
      const what = `${title} refused: ${status}${said === undefined ? '' : `, ${said}`}`;
      if (status === 401 || status === 403) return fail(`${what}.`, checkKey);
      if (status >= 300 && status < 400)
        return fail(`${what}: it redirects elsewhere, which is not followed.`, CHECK_URL);
      return fail(`${what}.`, status >= 500 ? TRY_AGAIN : undefined);
    }
    if (schema === undefined || status >= 300) return { status, value: undefined };
    if (json === undefined) {
      const type = response.headers.get('content-type') ?? 'no content type';
      return fail(`${title} answered ${status} with something that is not JSON (${type}).`, CHECK_URL);
    }
    // A refusal may have the status of a success.
    const { success, output, issues } = v.safeParse(schema, json);
    if (success) return { status, value: output };
    const said = inWords(refusal(json));
    if (said !== undefined) return fail(`${title} refused: ${said}.`, checkKey);
    const where = issues.map((issue) => v.getDotPath(issue) ?? 'the whole').join(', ');
    return fail(
      `${title} answered ${status} with something that it does not document (${where}).`,
      'The command stopped there. Check the subscriptions in the provider’s own pages, and report this.',
    );
  };
};

interface Exchange {
  readonly response: Response;
  readonly text: string;
}

const MAX_ATTEMPTS = 4;
const MAX_PAUSE_MS = 60_000;
const MAX_CHARACTERS = 4 * 1024 * 1024;
const TRY_AGAIN = 'Run the same command again later: it goes on from where this one ended.';
const CHECK_URL = "Is the API's URL right, and does no proxy respond in its place?";

/** How long the provider asks to wait, in ms; undefined if it doesn't. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
const askedPause = ({ status, headers }: Response): number | undefined => {
  const asked = headers.get('retry-after')?.trim();
  if (status !== 429 && !(status === 503 && asked !== undefined)) return undefined;
  if (asked === undefined) return DEFAULT_PAUSE_MS;
  const ms = /^\d+$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - Date.now();
  return Number.isNaN(ms) ? DEFAULT_PAUSE_MS : Math.max(ms, 0);
};

const DEFAULT_PAUSE_MS = 5_000;

const readText = async (response: Response): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_CHARACTERS) throw new Error('the answer is too long');
  }
  return text + decoder.decode();
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The error format that Altoviz documents and others mostly use. */
const plainRefusal = (body: unknown): string | undefined => {
  const { success, output } = v.safeParse(PlainErrorSchema, body);
  if (!success) return undefined;
  const { message, errors } = output;
  return [message ?? '', ...(errors ?? [])].filter((part) => part !== '').join('; ');
};

const PlainErrorSchema = v.object({
  message: v.nullish(v.string()),
  errors: v.nullish(v.array(v.string())),
});

/** Untrusted text for the terminal: one line, no control characters, truncated. */
const inWords = (text: string | undefined): string | undefined =>
  text === undefined || text === '' ? undefined : text.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, 300);

const whyUnanswered = (error: unknown, timeoutMs: number): string => {
  if (Error.isError(error) && error.name === 'TimeoutError')
    return `did not answer within ${timeoutMs / 1000} s`;
  const cause = Error.isError(error) ? error.cause : undefined;
  const code = Error.isError(cause) && 'code' in cause ? String(cause.code) : undefined;
  const why = code ?? (Error.isError(error) ? error.message : String(error));
  return `can't be reached or broke off (${why})`;
};

const redact = (text: string, secrets: readonly string[]): string =>
  secrets.filter((secret) => secret !== '').reduce((shown, secret) => shown.replaceAll(secret, '•••'), text);
