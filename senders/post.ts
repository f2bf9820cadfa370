import { SendError } from './send-error.ts';
import type { SignedRequest } from './sender.ts';

/** The gateway's answer to a delivery. */
export interface Answered {
  readonly status: number;
  /** The body on one line, without control characters, and truncated to 120 characters. */
  readonly text: string;
}

/** API Gateway times out after 30 s. */
const TIMEOUT_MS = 35_000;

/**
 * Posts a delivery, as a provider does.
 *
 * @param gateway its URL, without a slash at the end.
 * @throws {SendError} where there is no answer.
 */
export const post = async (
  gateway: string,
  source: string,
  { path, headers, body }: SignedRequest,
  stopped: AbortSignal,
): Promise<Answered> => {
  try {
    const response = await fetch(`${gateway}/hooks/${source}${path}`, {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
      // A provider treats a redirect as a failure.
      redirect: 'manual',
      signal: AbortSignal.any([stopped, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const text = (await response.text()).replace(/[\p{Cc}\s]+/gu, ' ').trim();
    return { status: response.status, text: text.slice(0, 120) };
  } catch (cause) {
    throw new SendError(1, whyUnanswered(gateway, cause), { cause });
  }
};

const whyUnanswered = (gateway: string, error: unknown): string => {
  if (Error.isError(error) && error.name === 'TimeoutError') {
    return `${gateway} did not answer within ${TIMEOUT_MS / 1000} s`;
  }
  const cause = Error.isError(error) ? error.cause : undefined;
  const code = Error.isError(cause) && 'code' in cause ? String(cause.code) : 'the connection broke off';
  return `${gateway} does not answer (${code}): start the local stack first: npm start`;
};
