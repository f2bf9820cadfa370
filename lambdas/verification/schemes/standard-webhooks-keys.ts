import type { KeyObject } from 'node:crypto';
import { remembered } from '../../core/remembered.ts';
import { decodeWhsec } from '../secret-key.ts';
import { readPublicKey } from './public-key.ts';

export interface Keys {
  /** For `v1`: HMAC. */
  readonly symmetric: readonly Buffer[];
  /** For `v1a`: ed25519. */
  readonly asymmetric: readonly KeyObject[];
}

/** The format of a secret, for the log. */
export const KEYS_FORM =
  'one or several of whsec_<base64 of 24 to 64 bytes> and whpk_<base64 of 32 bytes>, separated by white space';

/**
 * Decodes a secret: one or several keys, separated by white space. As in the reference libraries, the prefix `whsec_` is
 * optional.
 *
 * @returns undefined if any key is invalid, so that a typing error is noticed.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const readKeys = (secret: string): Keys | undefined => readOnce(secret);

const read = (secret: string): Keys | undefined => {
  const texts = secret.split(/\s+/);
  const symmetric = texts.filter((text) => !text.startsWith(PUBLIC)).map(readSymmetric);
  const asymmetric = texts.filter((text) => text.startsWith(PUBLIC)).map(readAsymmetric);
  return isComplete(symmetric) && isComplete(asymmetric) ? { symmetric, asymmetric } : undefined;
};

/** A source has at most two secrets. */
const readOnce = remembered(read, 2);

const PUBLIC = 'whpk_';

const readSymmetric = (text: string): Buffer | undefined =>
  decodeWhsec(text.startsWith('whsec_') ? text : `whsec_${text}`);

const readAsymmetric = (text: string): KeyObject | undefined =>
  readPublicKey(text.slice(PUBLIC.length), 'ed25519');

const isComplete = <T>(list: readonly (T | undefined)[]): list is readonly T[] => !list.includes(undefined);
