import { isInItem, kindOf } from './place.ts';
import type { Scheme, SignedTime } from './scheme.ts';
import { type Part, partsOf, signsBody } from './signed-content.ts';

/** The places that an event is made from, by the setting that names them. */
export type NamedPlaces = Readonly<Record<string, readonly string[]>>;

/**
 * What a declaration leaves open to forgery: one sentence for each thing that the sender doesn't sign, for synthesis and
 * docs. None for a scheme that signs everything, with a time, in one way only.
 *
 * @param places the places of an event's name, id and so on.
 */
export const openings = (scheme: Scheme, places: NamedPlaces): readonly string[] => {
  const { content, time, url, bodyForm = 'json' } = scheme;
  if (content === undefined && scheme.method.form.kind === 'jwt') {
    return [
      'the token does not cover the body: a person who reads one delivery can send another body with its token',
    ];
  }
  if (content === undefined) {
    return [
      'the sender signs nothing: a delivery shows only that its sender has the secret, and a person who reads one delivery can make others',
    ];
  }
  const signed = partsOf(content);
  const names = new Set(signed.flatMap(({ name }) => name ?? []));
  const coversBody = signsBody({ ...scheme, content });
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
  // Without a query it gets that of the request.
  const parts = signed.map(
    (part): Part => (part.name === 'url' && url?.includes('?') ? { literal: url } : part),
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
    ...(isCutOnce(parts, bodyForm, time)
      ? []
      : [
          'the signed text can be cut in another place: its parts can be shifted into one another, and the signature still fits',
        ]),
  ];
};

/**
 * Whether a signed text can be cut into the template's parts in one way only. In doubt it can't.
 *
 * Parts are taken off at both ends of the text, as long as it is known where each is cut. One part that is left has
 * what is left of the text; two may be shifted into one another.
 */
export const isCutOnce = (
  parts: readonly Part[],
  bodyForm: string,
  time: SignedTime | undefined,
): boolean => {
  if (parts.some(({ name }) => name === 'form' || name === 'form:sorted')) return false;
  const isCutAt = (index: number, side: Side): boolean => {
    const part = parts[index];
    const neighbour = parts[side === 'begin' ? index - 1 : index + 1];
    if (part === undefined) return false;
    return isCutBeside(part, neighbour, side, bodyForm, time);
  };
  let [first, last] = [0, parts.length - 1];
  while (first < last && isCutAt(last, 'begin')) last--;
  while (first < last && isCutAt(first, 'end')) first++;
  return first === last || parts.length === 0;
};

/** The side of a part at which a text is cut: the other one is known. */
type Side = 'begin' | 'end';

/** Whether it is known where a part begins, if its end is known; or where it ends, if its beginning is known. */
const isCutBeside = (
  { name }: Part,
  neighbour: Part | undefined,
  side: Side,
  bodyForm: string,
  time: SignedTime | undefined,
): boolean => {
  if (name === undefined || OF_KNOWN_LENGTH.has(name)) return true;
  const isBody = neighbour?.name === 'body' && bodyForm === 'json';
  const character = edgeOf(neighbour, side);
  if (name === time?.at) {
    // A time that is fresh has as many digits as now has.
    if (time.unit === 'seconds' || time.unit === 'milliseconds') return true;
    // Of two times one may begin like the other, and seconds may end like milliseconds; but none ends like a date.
    if (side === 'begin') return time.unit === 'iso' || isBody || isOther(character, /\d/);
    return isBody || isOther(character, /[\d:.+\-TZUC\s]/);
  }
  if (name === 'crc32:body') return isBody || isOther(character, /\d/);
  // A JSON object or array begins or ends within no other one. There may be white space around it.
  if (name !== 'body' || bodyForm !== 'json') return false;
  if (neighbour?.name === undefined) return isOther(character, /\s/);
  return neighbour.name === time?.at || SOLID.has(neighbour.name);
};

/** The character of a literal neighbour that stands at a part's side. */
const edgeOf = (neighbour: Part | undefined, side: Side): string | undefined =>
  side === 'begin' ? neighbour?.literal?.at(-1) : neighbour?.literal?.at(0);

/** Whether there is a character, and it is none of these. */
const isOther = (character: string | undefined, these: RegExp): boolean =>
  character !== undefined && !these.test(character);

/** A delivery's method is POST. */
const OF_KNOWN_LENGTH: ReadonlySet<string> = new Set(['method', 'secret', 'sha256:body']);

/** What begins and ends with no white space, or is always the same. */
const SOLID: ReadonlySet<string> = new Set(['url', 'crc32:body', ...OF_KNOWN_LENGTH]);

/** Whether a proof is in each item, so that items of genuine deliveries can be put together anew. */
export const isPerItem = ({ proof }: Pick<Scheme, 'proof'>): boolean => proof.at.some(isInItem);
