import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { HistoryError } from '../event-log/event-log-error.ts';

/** A line that a function printed. */
export interface LogLine {
  readonly at: Date;
  /** Tells it from any other line. */
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** From when to when, both included. */
export interface Span {
  readonly since: Date;
  readonly until: Date;
}

/** What was found. */
export interface FoundLines {
  readonly lines: readonly LogLine[];
  /** Whether all of the span was looked through: CloudWatch answers in pieces, and only so many are asked for. */
  readonly isComplete: boolean;
}

/** So many pieces are asked for at most. One is 1 MB of log, or as much as CloudWatch gets through in a moment. */
const MAX_PIECES = 40;

/**
 * The lines of a log group in which a term stands, first to last.
 *
 * @param term an event's key or a delivery's id.
 * @throws {HistoryError} where the log group is gone.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export const findLines = async (
  logs: CloudWatchLogsClient,
  logGroup: string,
  term: string,
  { since, until }: Span,
): Promise<FoundLines> => {
  const lines: LogLine[] = [];
  let nextToken: string | undefined;
  for (let piece = 0; piece < MAX_PIECES; piece++) {
    const answer = await logs
      .send(
        new FilterLogEventsCommand({
          logGroupName: logGroup,
          filterPattern: quoted(term),
          startTime: since.getTime(),
          endTime: until.getTime(),
          ...(nextToken !== undefined && { nextToken }),
        }),
      )
      .catch((error: unknown) => {
        if (!Error.isError(error) || error.name !== 'ResourceNotFoundException') throw error;
        throw new HistoryError(`There is no log group ${logGroup}`, { cause: error });
      });
    for (const { eventId = '', timestamp = 0, message = '' } of answer.events ?? []) {
      // What was written at once may be one event of CloudWatch's.
      for (const [number, text] of message.split('\n').entries()) {
        const fields = text.includes(term) ? parseFields(text) : undefined;
        if (fields !== undefined)
          lines.push({ at: new Date(timestamp), id: `${logGroup} ${eventId} ${number}`, fields });
      }
    }
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return {
    lines: lines.sort((one, other) => one.at.getTime() - other.at.getTime()),
    isComplete: nextToken === undefined,
  };
};

const quoted = (term: string): string => `"${term.replace(/["\\]/g, '\\$&')}"`;

/** What is no JSON, such as a stack trace, says nothing about a delivery. */
const parseFields = (text: string): LogLine['fields'] | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};
