/** The most characters of untrusted text in a log line or an item. */
const MAX_CHARACTERS = 1_000;

/** Truncates untrusted text, so that a log line or an item stays small. */
export const brief = (text: string): string => text.slice(0, MAX_CHARACTERS).toWellFormed();
