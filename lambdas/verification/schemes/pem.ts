import { createPublicKey, type KeyObject } from 'node:crypto';

/**
 * The public key in PEM, of a key or of a certificate. A private key is refused, though its public one could be had
 * from it: settings, which are in the template, are no place for it.
 *
 * @throws {Error} for anything else.
 */
export const readPublicPem = (text: string): KeyObject => {
  if (/-BEGIN [A-Z ]*PRIVATE KEY-/.test(text)) throw new Error('the key is private');
  // In a text of several lines, an editor may have indented them.
  return createPublicKey(text.replaceAll(/^[ \t]+/gm, ''));
};
