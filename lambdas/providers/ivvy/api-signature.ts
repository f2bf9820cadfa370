import { createHmac, hash } from 'node:crypto';
import type { ApiCredentials } from '../shared/api/subscription-api.ts';

/** A request to iVvy's API, always a POST of JSON. */
export interface IvvyRequest {
  /** With its query: `/api/1.0/account?action=subscribeToNotifications`. */
  readonly path: string;
  readonly body: string;
  readonly at: Date;
}

/** The headers of a signed request, which is valid for five minutes. */
export const ivvyHeaders = (
  request: IvvyRequest,
  { key, secret = '' }: ApiCredentials,
): Readonly<Record<string, string>> => {
  const signature = createHmac('sha1', secret).update(ivvyStringToSign(request)).digest('hex');
  return {
    'content-type': CONTENT_TYPE,
    'content-md5': hash('md5', request.body),
    'ivvy-date': ivvyDate(request.at),
    'x-api-version': API_VERSION,
    'x-api-authorization': `IWS ${key}:${signature}`,
  };
};

/**
 * The signed string, all in lower case. `IVVY-Date` replaces `Date`.
 *
 * @see https://developer.ivvy.com/getting-started/creating-the-request/signing-the-request
 */
export const ivvyStringToSign = ({ path, body, at }: IvvyRequest): string =>
  `POST${hash('md5', body)}${CONTENT_TYPE}${path}${API_VERSION}IVVYDate=${ivvyDate(at)}`.toLowerCase();

const CONTENT_TYPE = 'application/json';
const API_VERSION = '1.0';

/** `2012-04-03 22:23:24`, in UTC. */
const ivvyDate = (at: Date): string => at.toISOString().slice(0, 19).replace('T', ' ');
