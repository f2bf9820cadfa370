import { startCheck } from '../iam/check.ts';
import { LOOPBACK, listen, stopListening } from '../support/listen.ts';
import type { Emulator } from './emulator.ts';
import { createJsonServer, type JsonCall, ServiceError } from './json-protocol.ts';

/** CloudWatch Logs in memory: the latest lines of the functions. */
export interface LocalLogs extends Emulator {
  /** Stores a line; drops the oldest lines beyond the limit. */
  put(logGroup: string, text: string): void;
}

interface Line {
  /** Unique and ascending. */
  readonly number: number;
  readonly timestamp: number;
  readonly text: string;
}

/** The limit of a log group: some 20,000 lines. */
const MAX_CHARACTERS = 8 * 1024 * 1024;

/** The maximum of a response, as in AWS. */
const MAX_EVENTS = 10_000;

/**
 * Starts CloudWatch Logs with these log groups. It supports `FilterLogEvents` with a pattern of quoted terms.
 *
 * @param port 0 selects a free port.
 * @param maxCharacters the limit of each log group. Default: 8 Mi.
 * @throws {PortTakenError}
 */
export const startLogs = async (
  port: number,
  logGroups: readonly string[],
  maxCharacters = MAX_CHARACTERS,
): Promise<LocalLogs> => {
  const groups = new Map(logGroups.map((name) => [name, keptLines(maxCharacters)]));
  const server = createJsonServer({ version: '1.1', internalError: 'InternalFailure' }, (call) =>
    filterLogEvents(call, groups),
  );
  const url = `http://${LOOPBACK}:${await listen(server, port)}`;
  return {
    url,
    check: (policies, refused) => startCheck('logs', server, policies, refused),
    put: (logGroup, text) => groups.get(logGroup)?.put(text),
    stop: () => stopListening(server),
  };
};

interface KeptLines {
  put(text: string): void;
  /** First to last. */
  all(): readonly Line[];
}

const keptLines = (maxCharacters: number): KeptLines => {
  const lines: Line[] = [];
  // The index of the first line that is kept. Removing lines moves all others, so it is done for half of the list at a time.
  let first = 0;
  let characters = 0;
  let number = 0;
  return {
    put: (text) => {
      lines.push({ number: ++number, timestamp: Date.now(), text });
      characters += text.length;
      for (; characters > maxCharacters && first < lines.length - 1; first++) {
        characters -= lines[first]?.text.length ?? 0;
      }
      if (first <= lines.length / 2) return;
      lines.splice(0, first);
      first = 0;
    },
    all: () => lines.slice(first),
  };
};

interface Input {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly filterPattern?: string;
  readonly limit?: number;
  readonly nextToken?: string;
}

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
const filterLogEvents = ({ operation, input }: JsonCall, groups: ReadonlyMap<string, KeptLines>) => {
  if (operation !== 'FilterLogEvents')
    throw new ServiceError(
      'UnknownOperationException',
      `The local stack supports FilterLogEvents only, not ${operation}`,
    );
  const {
    logGroupName,
    logGroupIdentifier,
    startTime = 0,
    endTime = Number.POSITIVE_INFINITY,
    ...rest
  } = input as Input;
  const { filterPattern = '', limit = MAX_EVENTS, nextToken } = rest;
  const group = groups.get(String(logGroupName ?? logGroupIdentifier?.split(':')[6] ?? logGroupIdentifier));
  if (group === undefined)
    throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
  const fits = readPattern(filterPattern);
  const after = readToken(nextToken);

  const found = group
    .all()
    .filter(
      ({ number, timestamp, text }) =>
        number > after && timestamp >= startTime && timestamp <= endTime && fits(text),
    );
  const page = found.slice(0, limit);
  return {
    events: page.map(({ number, timestamp, text }) => ({
      eventId: String(number),
      ingestionTime: timestamp,
      logStreamName: 'local',
      message: text,
      timestamp,
    })),
    searchedLogStreams: [],
    ...(found.length > page.length && { nextToken: `after-${page.at(-1)?.number}` }),
  };
};

/**
 * Reads a pattern of terms in quotation marks: a line must contain all of them. CloudWatch Logs has other patterns too.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
const readPattern = (pattern: string): ((text: string) => boolean) => {
  const terms = [...pattern.matchAll(QUOTED_TERM)].map(([, term = '']) => term.replace(/\\(.)/g, '$1'));
  if (pattern.replace(QUOTED_TERM, '').trim() !== '')
    throw new ServiceError(
      'InvalidParameterException',
      'The local stack supports patterns of quoted terms only, such as "one" "another"',
    );
  return (text) => terms.every((term) => text.includes(term));
};

const QUOTED_TERM = /"((?:[^"\\]|\\.)+)"/g;

const readToken = (token: string | undefined): number => {
  if (token === undefined) return 0;
  const number = Number(/^after-(\d+)$/.exec(token)?.[1]);
  if (Number.isNaN(number))
    throw new ServiceError('InvalidParameterException', 'The specified nextToken is invalid.');
  return number;
};
