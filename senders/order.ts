import { parseArgs } from 'node:util';
import { senderOf, senders } from './index.ts';
import { sampleNames } from './samples.ts';
import { SendError } from './send-error.ts';
import type { Sender } from './sender.ts';

/** The arguments of `npm run send`. */
export interface Order {
  readonly source: string;
  readonly sender: Sender;
  /** An event with a sample, or one of the sender's handshakes. */
  readonly event: string;
  readonly count: number;
  readonly duplicate: boolean;
  readonly tamper: boolean;
  /** The gateway's URL, without a slash at its end. */
  readonly url: string;
}

export const HELP = `Plays a provider: signs a delivery and posts it to the gateway.

  npm run send -- <source> [event name] [options]
  npm run send -- ivvy subscribe        SNS's handshake; also: unsubscribe

  --count N        number of deliveries, each of a new event (default: 1)
  --duplicate      send each delivery twice
  --tamper         change one byte after signing; the expected answer is 401
  --provider NAME  the provider, if the source has another name
  --url URL        the gateway                               (default: http://127.0.0.1:8787)
  --help           show this help

Exit code: 0 if every answer was the expected one, 1 if not, 2 if the arguments are invalid.
`;

const OPTIONS = {
  count: { type: 'string', default: '1' },
  duplicate: { type: 'boolean', default: false },
  tamper: { type: 'boolean', default: false },
  provider: { type: 'string' },
  url: { type: 'string', default: 'http://127.0.0.1:8787' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * Reads the arguments.
 *
 * @returns undefined for `--help`.
 * @throws {SendError} with exit code 2.
 */
export const readOrder = async (args: readonly string[]): Promise<Order | undefined> => {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [source, named, ...rest] = positionals;
  if (source === undefined) throw new SendError(2, `which source? ${KNOWN_PROVIDERS} (--help says more)`);
  if (rest.length > 0) throw new SendError(2, `unexpected after the source and the event: ${rest.join(' ')}`);

  const sender = readSender(source, values.provider);
  const event = named ?? sender.defaultEvent;
  const events = [...sender.handshakes, ...(await sampleNames(sender.provider))];
  if (!events.includes(event)) {
    throw new SendError(2, `${sender.provider} has no event "${event}"; known are: ${events.join(', ')}`);
  }
  const { duplicate, tamper, count, url } = values;
  return { source, sender, event, duplicate, tamper, count: readCount(count), url: readUrl(url) };
};

const KNOWN_PROVIDERS = `known are: ${senders.map(({ provider }) => provider).join(', ')}`;

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw new SendError(2, Error.isError(cause) ? cause.message : 'not understood', { cause });
  }
};

const readSender = (source: string, provider: string | undefined): Sender => {
  const sender = senderOf(provider ?? source);
  if (sender !== undefined) return sender;
  throw new SendError(
    2,
    provider === undefined
      ? `there is no provider "${source}"; ${KNOWN_PROVIDERS}; set the source's provider with --provider`
      : `there is no provider "${provider}"; ${KNOWN_PROVIDERS}`,
  );
};

const readCount = (text: string): number => {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new SendError(2, `--count must be a whole number from 1 to 9999999, not "${text}"`);
};

const readUrl = (text: string): string => {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text.replace(/\/+$/, '');
  throw new SendError(2, `--url must be a URL such as http://127.0.0.1:8787, not "${text}"`);
};
