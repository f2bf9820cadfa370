import { EventLogError } from '../event-log/event-log-error.ts';
import type { Position } from '../event-log/position.ts';
import type { ListedRejection } from '../event-log/search-rejected.ts';
import {
  CallError,
  type ConsoleCall,
  type DashboardContext,
  type Filter,
  type RejectedFilter,
  readConsoleCall,
} from './call.ts';
import { CONSOLE_DOCUMENTATION } from './documentation.ts';
import { eventView } from './event-view.ts';
import { frame, notice } from './frame.ts';
import { listView } from './list-view.ts';
import type { EventDetails, EventPage } from './model.ts';
import { rejectedListView } from './rejected-list-view.ts';
import type { Page } from './search-page.ts';

export interface EventReader {
  /** @throws {EventLogError} if the log can't be listed that way. */
  list(
    filter: Filter,
    range: Pick<DashboardContext, 'since' | 'until'>,
    after: Position | undefined,
  ): Promise<EventPage>;
  open(key: string): Promise<EventDetails | undefined>;
  /** @throws {EventLogError} if the log can't be listed that way. */
  listRejected(
    filter: RejectedFilter,
    range: Pick<DashboardContext, 'since' | 'until'>,
    after: Position | undefined,
  ): Promise<Page<ListedRejection>>;
}

export interface ConsoleSettings {
  readonly sources: readonly string[];
  readonly entities: readonly string[];
  /** The ARNs of the console function and of the replay function. */
  readonly console: string;
  readonly replay: string;
  /** The ARN of the function for rejected deliveries; undefined if none are kept. */
  readonly rejected: string | undefined;
}

export interface ConsoleAnswer {
  /** HTML as text, or Markdown in an object. */
  readonly body: string | { readonly markdown: string };
  /** Absent if the call is invalid. */
  readonly call?: ConsoleCall;
  /** An error that isn't the caller's fault. */
  readonly error?: unknown;
}

/** Answers a call of the widget, which also shows errors. @param replayId generates the id for a replay button. */
export const answerConsole = async (
  event: unknown,
  reader: EventReader,
  settings: ConsoleSettings,
  replayId: () => string,
): Promise<ConsoleAnswer> => {
  let call: ConsoleCall;
  try {
    call = readConsoleCall(event, Date.now());
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { body: frame('light', notice(`Invalid call of the console: ${error.message}.`)) };
  }
  if (call.view === 'documentation') return { body: { markdown: CONSOLE_DOCUMENTATION }, call };
  try {
    return { body: await show(call, reader, settings, replayId), call };
  } catch (error) {
    const known = error instanceof EventLogError;
    const fault = known ? error.message : UNREADABLE;
    const body = showFault(fault, call, settings);
    return known ? { body, call } : { body, call, error };
  }
};

type Shown = Exclude<ConsoleCall, { readonly view: 'documentation' }>;

const show = async (
  call: Shown,
  reader: EventReader,
  settings: ConsoleSettings,
  replayId: () => string,
): Promise<string> => {
  if (call.view === 'list') {
    const page = await reader.list(call.filter, call, call.after);
    return listView(page, { ...call, ...settings, isOlder: call.after !== undefined });
  }
  if (call.view === 'rejected') {
    const page =
      settings.rejected === undefined
        ? { found: [] }
        : await reader.listRejected(call.filter, call, call.after);
    return rejectedListView(page, { ...call, ...settings, isOlder: call.after !== undefined });
  }
  const event = (await reader.open(call.key)) ?? { fault: `${UNKNOWN} ${call.key}` };
  return eventView(event, { ...call, ...settings, replayId: replayId() });
};

const showFault = (fault: string, call: Shown, settings: ConsoleSettings): string => {
  switch (call.view) {
    case 'list':
      return listView({ fault }, { ...call, ...settings, isOlder: false });
    case 'rejected':
      return rejectedListView({ fault }, { ...call, ...settings, isOlder: false });
    case 'event':
      return eventView({ fault }, { ...call, ...settings, replayId: '' });
  }
};

const UNREADABLE =
  'The events could not be read. Try again; if the problem persists, the log of this function says why.';
const UNKNOWN = 'There is no such event: it has expired, or it never existed.';
