import type { ProofForm } from '../../verification/proof.ts';
import type { Scheme } from '../../verification/scheme.ts';
import { DEFAULT_TOLERANCE } from './common-settings.ts';
import type { EventPlaces } from './located-event.ts';
import type { PlaceSettings } from './place-settings.ts';
import type { SignedSettings } from './signed-settings.ts';

// What the settings of the generic providers say in the terms of the model.

/** Where the proof stands. @param at its places. */
export const proofOf = (
  { prefix, separators }: Pick<SignedSettings, 'prefix' | 'separators'>,
  at: readonly string[],
): Pick<ProofForm, 'at' | 'prefix' | 'separators'> => ({ at, prefix, separators });

/** What is signed, and when. */
export const signingOf = (settings: SignedSettings & PlaceSettings): Omit<Scheme, 'proof' | 'method'> => {
  const { signedContent, url, signedBytes, bodyHash, bodyForm, items, timestamp, timestampUnit, tolerance } =
    settings;
  return {
    content: signedContent,
    url,
    signedBytes,
    bodyHash,
    bodyForm,
    items,
    time:
      timestamp === undefined
        ? undefined
        : { at: timestamp, unit: timestampUnit, tolerance: tolerance ?? DEFAULT_TOLERANCE },
  };
};

/** Where a delivery has which part of its events. */
export const placesOf = (settings: PlaceSettings): EventPlaces => {
  const { eventName, eventId, entityId, time, data, items, bodyForm, volatile } = settings;
  return {
    name: [eventName].flat(),
    id: eventId,
    entityId: [entityId].flat(),
    time,
    data,
    items,
    bodyForm,
    volatile,
  };
};
