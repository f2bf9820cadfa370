/**
 * JSON text without what opens or proves something, also within JSON that is a text in it: `UnsubscribeURL`, which ends a
 * subscription without confirmation, `SubscribeURL` and its token, and signatures.
 *
 * @param names which of them. Default: only what ends a subscription.
 */
export const withoutKeys = (text: string, names: keyof typeof MEMBERS = 'unsubscribe'): string => {
  const parts: string[] = [];
  let done = 0;
  for (const { 0: opened, 1: escapes = '', index } of text.matchAll(MEMBERS[names])) {
    const from = index + opened.length;
    if (index < done) continue;
    const end = endOfText(text, from, escapes.length);
    parts.push(text.slice(done, from), '(left out)', `${escapes}"`);
    done = end;
  }
  return `${parts.join('')}${text.slice(done)}`;
};

/** Also as JSON within a text has it. */
const SPACE = '(?:\\s|\\\\+[nrt])*';

/** A member until its value's opening quote. In JSON within a text quotes are escaped, and within that once more. */
const member = (names: string): RegExp =>
  new RegExp(`(?<!\\\\)(\\\\*)"(?:${names})\\1"${SPACE}:${SPACE}\\1"`, 'gi');

const MEMBERS = {
  unsubscribe: member('UnsubscribeURL'),
  all: member('UnsubscribeURL|SubscribeURL|Token|Signature'),
} as const;

/** The position behind the closing quote of a value whose quotes have so many backslashes before them. */
const endOfText = (text: string, from: number, escapes: number): number => {
  QUOTED.lastIndex = from;
  for (let found = QUOTED.exec(text); found !== null; found = QUOTED.exec(text)) {
    const [, backslashes = ''] = found;
    // More of them escape a quote or a backslash of the value itself.
    if (backslashes.length % (2 * (escapes + 1)) === escapes) return QUOTED.lastIndex;
  }
  return text.length;
};

const QUOTED = /(?<!\\)(\\*)"/g;
