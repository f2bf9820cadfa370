import type { SnsFields } from '../../../../senders/sns.ts';

// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
const NOTIFICATION = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const HANDSHAKE = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

/**
 * Every way to read a text that SNS signed as the fields of a message: a name counts wherever it stands between newlines,
 * and a value goes on for as many lines as one likes.
 */
export const readings = (text: string): readonly SnsFields[] => [
  ...cuts(text, 0, NOTIFICATION),
  ...cuts(
    text,
    0,
    NOTIFICATION.filter((name) => name !== 'Subject'),
  ),
  // What isn't read as one of the handshakes is signed like a notification.
  ...cuts(text, 0, HANDSHAKE).filter(({ Type }) => HANDSHAKES.has(String(Type))),
];

const HANDSHAKES: ReadonlySet<string> = new Set(['SubscriptionConfirmation', 'UnsubscribeConfirmation']);

const cuts = (text: string, from: number, names: readonly string[]): readonly SnsFields[] => {
  const [name, ...others] = names;
  if (name === undefined) return from === text.length ? [{}] : [];
  if (!text.startsWith(`${name}\n`, from)) return [];
  const start = from + name.length + 1;
  const found: SnsFields[] = [];
  for (let end = text.indexOf('\n', start); end !== -1; end = text.indexOf('\n', end + 1)) {
    for (const rest of cuts(text, end + 1, others)) found.push({ [name]: text.slice(start, end), ...rest });
  }
  return found;
};
