import { HistoryError } from '../event-log/event-log-error.ts';
import type { Position } from '../event-log/position.ts';
import { CallError, type ConsoleCall, type DashboardContext, type Filter, readConsoleCall } from './call.ts';
import { CONSOLE_DOCUMENTATION } from './documentation.ts';
import { eventView } from './event-view.ts';
import { frame, notice } from './frame.ts';
import { listView } from './list-view.ts';
import type { EventDetails, EventPage } from './model.ts';

/** What the console reads. */
export interface EventReader {
  /** @throws {HistoryError} where such a list can't be had. */
  list(
    filter: Filter,
    range: Pick<DashboardContext, 'since' | 'until'>,
    after: Position | undefined,
  ): Promise<EventPage>;
  /** @returns undefined where no such event is known. */
  open(key: string): Promise<EventDetails | undefined>;
}

/** The part of the stack that the console shows. */
export interface ConsoleSettings {
  readonly sources: readonly string[];
  readonly entities: readonly string[];
  /** The ARNs of the console's function and of the one that sends again. */
  readonly console: string;
  readonly replay: string;
}

/** What the console answers. */
export interface ConsoleAnswer {
  /** HTML as text, or Markdown in an object. */
  readonly body: string | { readonly markdown: string };
  /** What was asked for; absent where that could not be understood. */
  readonly call?: ConsoleCall;
  /** What went wrong that isn't the caller's fault. */
  readonly error?: unknown;
}

/**
 * Answers a call of the widget. Whatever is wrong with it is said in the widget.
 *
 * @param replayId makes the id of a replay, for the button of an event.
 */
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
    return { body: frame('light', notice(`The console was called wrongly: ${error.message}.`)) };
  }
  if (call.view === 'documentation') return { body: { markdown: CONSOLE_DOCUMENTATION }, call };
  try {
    return { body: await show(call, reader, settings, replayId), call };
  } catch (error) {
    const known = error instanceof HistoryError;
    const fault = known ? error.message : UNREADABLE;
    const body =
      call.view === 'list'
        ? listView({ fault }, { ...call, ...settings, isOlder: false })
        : eventView({ fault }, { ...call, ...settings, replayId: '' });
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
  const event = (await reader.open(call.key)) ?? { fault: `${UNKNOWN} ${call.key}` };
  return eventView(event, { ...call, ...settings, replayId: replayId() });
};

const UNREADABLE =
  'The events could not be read. Try again; if it stays so, the log of this function says why.';
const UNKNOWN = 'There is no such event: its retention has run out, or it was never there.';
