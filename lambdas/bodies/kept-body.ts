import type { Delivery, StoredDelivery } from '../core/delivery.ts';
import type { Objects } from './objects.ts';
import type { ObjectContent } from './s3.ts';

/** The body of a delivery as an object. */
export const bodyObject = ({ body, bodyEncoding }: Delivery): ObjectContent => ({
  bytes: Buffer.from(body, bodyEncoding ?? 'utf8'),
  contentType: 'application/octet-stream',
});

/**
 * A delivery with its body, which is read from the bucket if it lies there.
 *
 * @param signal aborts it.
 */
export const withBody = async (
  { chosen: _, ...stored }: StoredDelivery,
  objects: Pick<Objects, 'get'>,
  signal?: AbortSignal,
): Promise<Delivery> => {
  const { body, bodyRef, bodyEncoding } = stored;
  if (body !== undefined) return { ...stored, body };
  if (bodyRef === undefined) throw new Error('a delivery has neither a body nor a reference to one');
  return { ...stored, body: (await objects.get(bodyRef, signal)).toString(bodyEncoding ?? 'utf8') };
};
