/** Somebody else's text is written into logs and items up to so many characters. */
const MAX_CHARACTERS = 1_000;

/** The beginning of somebody else's text, lest it be what makes a line of the log or an item too large. */
export const brief = (text: string): string => text.slice(0, MAX_CHARACTERS).toWellFormed();
