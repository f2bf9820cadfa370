import { closestMatch } from 'leven';

/**
 * What to say of a setting that does not exist: the ones that do, and the one that was probably meant.
 *
 * @param name as the customer wrote it.
 * @param known every name that there is.
 */
export const unknownName = (name: string, known: readonly string[]): string =>
  `there is no such setting; there are ${known.join(', ')}${didYouMean(name, known)}`;

/** The end of a sentence about an unknown name; empty where no name is near. */
export const didYouMean = (name: string, known: readonly string[]): string => {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
};

/** The name that differs least, whatever its case, if at most a third of the characters do. */
export const nearestName = (name: string, known: readonly string[]): string | undefined => {
  const byLowerCase = new Map(known.map((one) => [one.toLowerCase(), one]));
  const nearest = closestMatch(name.toLowerCase(), [...byLowerCase.keys()], {
    maxDistance: Math.ceil(name.length / 3),
  });
  return nearest === undefined ? undefined : byLowerCase.get(nearest);
};
