import { Rejection } from '../../core/rejection.ts';
import type { WebhookRequest } from '../../core/request.ts';
import { HEADER_PLACE, headerValue } from '../shared/header-list.ts';

const RAW = 'raw';

const BODY = 'body';
/** What stands in a template beside headers. */
const NO_HEADERS: ReadonlySet<string> = new Set([BODY, 'method', 'url']);
const PLACE = new RegExp(`\\{(${HEADER_PLACE})\\}`);

/** Whether the setting is `raw`, or a template with the body and valid placeholders. */
export const isSignedContent = (setting: string): boolean =>
  setting === RAW ||
  (placesIn(setting).includes(BODY) && setting.split(PLACE).every((part) => !/[{}]/.test(part)));

/** The header places in a template: `stripe-signature.t`. */
export const signedHeaders = (setting: string): readonly string[] =>
  placesIn(setting).filter((place) => !NO_HEADERS.has(place));

/**
 * The bytes that are signed.
 *
 * @param setting `raw`, or a template such as `v0:{x-slack-request-timestamp}:{body}` or `{url}{body}`.
 * @param url the URL as the sender saw it. Default: as API Gateway received it.
 * @throws {Rejection} `signature-malformed` if the delivery lacks a header of the template.
 */
export const signedContent = (setting: string, request: WebhookRequest, url = request.url): Buffer => {
  const { headers, body, method } = request;
  if (setting === RAW) return body;
  // Splitting by a pattern with one group puts the placeholders' names at odd indexes.
  const parts = setting.split(PLACE).map((part, index) => {
    if (index % 2 === 0) return Buffer.from(part);
    if (part === BODY) return body;
    if (part === 'method') return Buffer.from(method);
    if (part === 'url') return Buffer.from(url);
    const value = headerValue(headers, part);
    if (value === undefined) {
      throw new Rejection('signature-malformed', `${part}, which is signed, is missing or repeated`);
    }
    return Buffer.from(value);
  });
  return Buffer.concat(parts);
};

const placesIn = (template: string): readonly string[] =>
  template.split(PLACE).filter((_, index) => index % 2 === 1);
