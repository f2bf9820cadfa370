import type { WebhookRequest } from '../../lambdas/core/request.ts';
import { CliError } from '../cli-error.ts';

/** A captured request. */
export interface Capture {
  readonly format: 'HTTP' | 'HAR' | 'curl';
  readonly method: string;
  readonly url: string;
  /** As they came. */
  readonly headers: readonly Header[];
  readonly body: Buffer;
  /** When the capture was made, if it says so. */
  readonly capturedAt?: Date;
}

export type Header = readonly [name: string, value: string];

/** A capture that can't be read: what is wrong with it, as a sentence. */
export const notReadable = (what: string): CliError =>
  new CliError(
    'usage',
    `The captured request can't be read: ${what}`,
    'It is raw HTTP (request line, headers, an empty line, the body), a HAR file, or a curl command.',
  );

/** The headers by lower-case name; repeated ones are joined with commas, as API Gateway does it. */
export const headersByName = (headers: readonly Header[]): Readonly<Record<string, string>> => {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const before = joined.get(key);
    joined.set(key, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
};

/** The time in the header `Date`; undefined if there is none, or another. */
export const dateOf = (headers: readonly Header[]): Date | undefined => {
  const { date } = headersByName(headers);
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(time) ? undefined : new Date(time);
};

/** As a source's function gets it. @param path the parameters of the source's route. */
export const requestOf = (
  { method, url, headers, body }: Capture,
  receivedAt: Date,
  path: WebhookRequest['path'] = {},
): WebhookRequest => ({
  body,
  headers: headersByName(headers),
  path,
  sourceIp: '',
  method,
  url,
  receivedAt,
});
