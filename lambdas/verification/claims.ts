import { hash } from 'node:crypto';
import { Rejection } from '../core/rejection.ts';
import { itemsAt } from './items.ts';
import { isInItem, locate } from './place.ts';
import { type Proof, readProofs } from './proof.ts';
import type { Method, Scheme } from './scheme.ts';
import { type Signed, signedBody, signedContent } from './signed-content.ts';

/** The proofs of one content. */
export interface Claim {
  readonly proofs: readonly Proof[];
  content(): readonly Buffer[];
}

/**
 * What a delivery claims: one content with its proofs, or one for each item.
 *
 * The content of an item is put together when it is checked: a forged list costs no more than its first item.
 *
 * @throws {Rejection} 401 or 400.
 */
export const claimsOf = (delivery: Signed, scheme: Scheme): readonly Claim[] => {
  const contentOf = (each: Signed) =>
    scheme.content === undefined ? [] : signedContent(scheme.content, each);
  if (scheme.proof.at.some(isInItem)) {
    return contentsOf(delivery, scheme).map((each) => ({
      proofs: readProofs(scheme.proof, each),
      content: () => contentOf(each),
    }));
  }
  const proofs = readProofs(scheme.proof, delivery);
  const content = contentOf(delivery);
  return [{ proofs, content: () => content }];
};

/** The contents that are proven one by one: the delivery, or each of its items. @throws {Rejection} 401 or 400. */
export const contentsOf = (delivery: Signed, { proof, items }: Scheme): readonly Signed[] => {
  if (!proof.at.some(isInItem)) return [delivery];
  const list = itemsAt(items, delivery.body);
  if (list.length === 0) throw new Rejection('signature-missing', 'the list is empty, so nothing is signed');
  return list.map((item) => ({ ...delivery, body: delivery.body, item }));
};

/** Whether a key proves every claim. */
export const provesAll = <Key>(
  { proves }: Pick<Method<Key>, 'proves'>,
  claims: readonly Claim[],
  key: Key,
): boolean => claims.every(({ proofs, content }) => proves(key, proofs, content()));

/** Whether the delivery has the hash of its body, if the scheme demands one. */
export const hasBodyHash = (delivery: Signed, { bodyHash }: Scheme): boolean =>
  bodyHash === undefined || locate(bodyHash, delivery) === hash('sha256', signedBody(delivery));
