import { Rejection } from '../../core/rejection.ts';
import { type Headers, readHeaderList } from '../shared/header-list.ts';
import { decodeExactly, HMAC_BYTES } from '../shared/hmac-signature.ts';
import type { HmacSettings } from './settings.ts';

/** A provider signs once per secret, and has several secrets only during a rotation. */
const MAX_SIGNATURES = 20;

/**
 * Reads the signatures of a delivery: one, or several under one key of a header list.
 *
 * @throws {Rejection} `signature-missing` or `signature-malformed`.
 */
export const readSignatures = (headers: Headers, settings: HmacSettings): readonly Buffer[] => {
  const { header, signatureKey, prefix, encoding, algorithm } = settings;
  const value = headers[header];
  if (value === undefined || value === '') {
    throw new Rejection('signature-missing', `the header ${header} is missing`);
  }
  const texts = signatureKey === undefined ? [value] : valuesOf(value, signatureKey);
  if (texts.length === 0) throw malformed(`there is no ${signatureKey} in the header ${header}`);
  if (texts.length > MAX_SIGNATURES) throw malformed(`there are more than ${MAX_SIGNATURES} signatures`);

  return texts.map((text) => {
    if (!text.startsWith(prefix)) throw malformed(`the signature doesn't begin with ${prefix}`);
    const bytes = decodeExactly(text.slice(prefix.length), encoding);
    if (bytes?.length !== HMAC_BYTES[algorithm]) {
      throw malformed(`the signature is not ${encoding} of ${HMAC_BYTES[algorithm]} bytes`);
    }
    return bytes;
  });
};

const valuesOf = (header: string, wanted: string): readonly string[] => {
  const list = readHeaderList(header);
  if (list === undefined) throw malformed('the header is not a list of keys and values');
  return list.filter(([key]) => key === wanted).map(([, value]) => value);
};

const malformed = (detail: string) => new Rejection('signature-malformed', detail);
