import { isInItem, kindOf } from './place.ts';
import type { Scheme, SignedTime } from './scheme.ts';
import { type Part, partsOf } from './signed-content.ts';

/** The places that an event is made from, by the setting that names them. */
export type NamedPlaces = Readonly<Record<string, readonly string[]>>;

/**
 * What a declaration leaves open to forgery: one sentence for each thing that the sender doesn't sign, for synthesis and
 * docs. None for a scheme that signs everything, with a time, in one way only.
 *
 * @param places the places of an event's name, id and so on.
 */
export const openings = (scheme: Scheme, places: NamedPlaces): readonly string[] => {
  const { content, time, bodyHash, bodyForm = 'json' } = scheme;
  if (content === undefined) {
    return [
      'the sender signs nothing: a delivery shows only that its sender has the secret, and a person who reads one delivery can make others',
    ];
  }
  const signed = partsOf(content);
  const names = new Set(signed.flatMap(({ name }) => name ?? []));
  const coversBody = bodyHash !== undefined || WHOLE_BODY.some((name) => names.has(name));
  const isCovered = (place: string): boolean =>
    kindOf(place) === 'text' || names.has(place) || (coversBody && ['body', 'item'].includes(kindOf(place)));

  const uncovered = Object.entries(places).flatMap(([setting, list]) =>
    list
      .filter((place) => !isCovered(place) && (coversBody || kindOf(place) === 'header'))
      .map(
        (place) =>
          `${place} (${setting}) is not signed: a person who reads one delivery can send it again with another value there`,
      ),
  );
  return [
    ...(coversBody
      ? []
      : ['the body is not signed as a whole: a person who reads one delivery can send it with another body']),
    ...uncovered,
    ...(names.has('crc32:body')
      ? ['the body is signed by its CRC only, and another body with the same CRC is easily made']
      : []),
    ...(time === undefined
      ? [
          'no time is signed: a delivery that a person has read can be sent again, also after the event log has forgotten it',
        ]
      : []),
    ...(isCutOnce(signed, bodyForm, time)
      ? []
      : [
          'the signed text can be cut in another place: its parts can be shifted into one another, and the signature still fits',
        ]),
  ];
};

/** `form` and `form:sorted` join names and values, and so does every field: only these have each byte of the body. */
const WHOLE_BODY = ['body', 'sha256:body', 'crc32:body', 'form', 'form:sorted'];

/**
 * Whether a signed text can be cut into the template's parts in one way only.
 *
 * A JSON object or array can't be cut elsewhere where nothing of any form stands on one side of it: no such text ends, or
 * begins, within another. A time, a method, a hash and a number have forms that end where other text begins. One part of
 * any form may stand beside them; two may be shifted into one another.
 */
export const isCutOnce = (
  parts: readonly Part[],
  bodyForm: string,
  time: SignedTime | undefined,
): boolean => {
  const hasForm = (part: Part | undefined, index: number): boolean => {
    if (part?.name === undefined || FIXED.has(part.name)) return true;
    if (part.name === 'body') {
      const isBeside = (list: readonly Part[]) =>
        list.every((each) => each.name === undefined || isFixed(each));
      return (
        JSON_FORMS.has(bodyForm) && (isBeside(parts.slice(0, index)) || isBeside(parts.slice(index + 1)))
      );
    }
    // Digits beside other digits could be either's, unless their number is known.
    return part.name === time?.at && (time.unit !== undefined || [index - 1, index + 1].every(isNoText));
  };
  const isFixed = ({ name }: Part): boolean => name !== undefined && (FIXED.has(name) || name === time?.at);
  const isNoText = (index: number): boolean => {
    const name = parts[index]?.name;
    return name === undefined || name === 'body' || FIXED.has(name);
  };
  if (parts.some(({ name }) => name === 'form' || name === 'form:sorted')) return false;
  return parts.filter((part, index) => !hasForm(part, index)).length <= 1;
};

const JSON_FORMS: ReadonlySet<string> = new Set(['json', 'json-lines']);

const FIXED: ReadonlySet<string> = new Set(['method', 'secret', 'sha256:body', 'crc32:body']);

/** Whether a proof is in each item, so that items of genuine deliveries can be put together anew. */
export const isPerItem = ({ proof }: Pick<Scheme, 'proof'>): boolean => proof.at.some(isInItem);
