import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EventLogError } from '../event-log/event-log-error.ts';

export interface LogLine {
  readonly at: Date;
  /** Unique. */
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Both inclusive. */
export interface Span {
  readonly since: Date;
  readonly until: Date;
}

export interface FoundLines {
  readonly lines: readonly LogLine[];
  /** Whether the whole span was searched. */
  readonly isComplete: boolean;
}

/** The most pages to request. Each covers 1 MB of log, or less. */
const MAX_PIECES = 40;

/**
 * The lines of a log group that contain a term, in order of time.
 *
 * @param term an event's key or a delivery's id.
 * @throws {EventLogError} if there is no such log group.
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
        throw new EventLogError(`There is no log group ${logGroup}`, { cause: error });
      });
    for (const { eventId = '', timestamp = 0, message = '' } of answer.events ?? []) {
      // One log event may have several lines.
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

/** Ignores lines that are not JSON, such as a stack trace. */
const parseFields = (text: string): LogLine['fields'] | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};
