import * as v from 'valibot';
import { type Entries, messageOfMissing } from '../core/missing-entry.ts';
import { REASONS, type Reason } from '../core/rejection.ts';
import { SOURCE_NAME } from '../core/source.ts';
import { UUID } from '../core/uuid.ts';
import { KEY } from '../event-log/find-event.ts';
import { type Position, readPosition } from '../event-log/position.ts';

/** An invalid call. The message is shown in the widget. */
export class CallError extends Error {
  override readonly name = 'CallError';
}

/** Selects the listed events. */
export interface Filter {
  readonly source?: string | undefined;
  readonly entity?: string | undefined;
  /** The entity's id. */
  readonly id?: string | undefined;
  /** Only events that were delivered more than once. */
  readonly duplicates?: boolean | undefined;
}

/** Selects the listed rejected deliveries. */
export interface RejectedFilter {
  readonly source?: string | undefined;
  readonly reason?: Reason | undefined;
  /** The delivery's own id. */
  readonly id?: string | undefined;
}

/** The dashboard's state, part of every call. */
export interface DashboardContext {
  /** The dashboard's time range, in ms since 1970. */
  readonly since: number;
  readonly until: number;
  readonly theme: 'light' | 'dark';
  /** The dashboard's time zone: `+02:00`. */
  readonly offset: string;
}

/** A call of the console. */
export type ConsoleCall =
  | { readonly view: 'documentation' }
  | ({
      readonly view: 'list';
      readonly filter: Filter;
      readonly after?: Position | undefined;
    } & DashboardContext)
  | ({ readonly view: 'event'; readonly key: string; readonly filter: Filter } & DashboardContext)
  | ({
      readonly view: 'rejected';
      readonly filter: RejectedFilter;
      readonly after?: Position | undefined;
    } & DashboardContext);

/** A call that the console's buttons make of the function for rejected deliveries. */
export type RejectedViewCall =
  | { readonly view: 'documentation' }
  | ({
      readonly view: 'delivery';
      readonly id: string;
      /** The filter of the list that it was opened from. */
      readonly filter: RejectedFilter;
    } & DashboardContext)
  | ({ readonly view: 'retry'; readonly id: string } & Pick<DashboardContext, 'theme'>);

/** A call of the replay function: one event, and the replay's own id. */
export type ReplayCall =
  | { readonly view: 'documentation' }
  | ({ readonly view: 'replay'; readonly key: string; readonly replayId: string } & Pick<
      DashboardContext,
      'theme'
    >);

const ENTITY = /^[a-z][a-z0-9-]{0,39}$/;
const OFFSET = /^[+-]\d\d:\d\d$/;
const MAX_ID_LENGTH = 1_000;
/** CloudWatch's default time range. */
const DEFAULT_RANGE_MS = 3 * 60 * 60_000;

const callObject = <Parameters extends Entries>(entries: Parameters) =>
  v.object(entries, (issue) => messageOfMissing(entries, issue) ?? 'this is not a call of a widget');

const text = (pattern: RegExp, message: string) => v.pipe(v.string(message), v.regex(pattern, message));

const filter = {
  source: v.optional(text(SOURCE_NAME, 'source is not the name of a source')),
  entity: v.optional(text(ENTITY, 'entity is not the name of an entity')),
  id: v.optional(
    v.pipe(
      v.string('id is not text'),
      v.trim(),
      v.maxLength(MAX_ID_LENGTH, `id has more than ${MAX_ID_LENGTH} characters`),
    ),
  ),
  duplicates: v.optional(v.boolean('duplicates is neither true nor false')),
};

const NO_CURSOR = 'cursor is not a position in a list';
const NO_REASON = 'reason is none of the reasons for which a delivery is refused';
const NO_ID = 'id is not the id of a rejected delivery';
const key = text(KEY, 'key is not the key of an event');
const reason = v.pipe(
  v.string(NO_REASON),
  v.custom<Reason>((name) => Object.hasOwn(REASONS, String(name)), NO_REASON),
);
const rejectedId = v.pipe(v.string(NO_ID), v.trim(), v.regex(UUID, NO_ID));

const VIEWS = ['list', 'search', 'event', 'rejected', 'search-rejected'] as const;

const parameters = callObject({
  view: v.optional(v.picklist(VIEWS, `view is none of ${VIEWS.join(', ')}`), 'list'),
  ...filter,
  reason: v.optional(reason),
  key: v.optional(key),
  cursor: v.optional(
    v.pipe(
      v.string(NO_CURSOR),
      v.transform(readPosition),
      v.custom<Position>((position) => position !== undefined, NO_CURSOR),
    ),
  ),
});

/** The filter of rejected deliveries. */
const rejectedFilter = {
  source: filter.source,
  reason: v.optional(reason),
  id: filter.id,
};

/** Before the end of the year 9999, so that no time zone can exceed it. */
const MAX_TIME = Date.UTC(9999, 11, 30);
const NO_TIME = 'the time range is invalid';
const time = v.pipe(
  v.number(NO_TIME),
  v.integer(NO_TIME),
  v.minValue(0, NO_TIME),
  v.maxValue(MAX_TIME, NO_TIME),
);
const range = v.object({ start: time, end: time }, NO_TIME);

const UTC = { offsetISO: '+00:00' };

/**
 * Sent by CloudWatch with every call.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
const widgetContext = callObject({
  timeRange: v.optional(v.object({ ...range.entries, zoom: v.nullish(range) }, NO_TIME)),
  // Invalid values that only concern presentation are ignored.
  theme: v.fallback(v.optional(v.picklist(['light', 'dark']), 'light'), 'light'),
  timezone: v.fallback(v.optional(v.object({ offsetISO: text(OFFSET, '') }), UTC), UTC),
  forms: v.optional(v.object({ all: v.optional(v.record(v.string(), v.unknown())) })),
  params: v.nullish(v.record(v.string(), v.unknown())),
});

const aroundContext = callObject({ widgetContext: v.optional(v.unknown()) });

type WidgetContext = v.InferOutput<typeof widgetContext>;

const contextOf = (event: unknown): WidgetContext =>
  parse(widgetContext, parse(aroundContext, event).widgetContext ?? {});

/**
 * Reads a call of the console: parameters of the widget or of a button, and the form.
 *
 * @throws {CallError} for an invalid call.
 */
export const readConsoleCall = (event: unknown, now: number): ConsoleCall => {
  if (asksForDocumentation(event)) return { view: 'documentation' };
  const context = contextOf(event);
  const given = parse(parameters, filledIn(event));
  const dashboard = dashboardContext(context, now);
  if (given.view === 'rejected' || given.view === 'search-rejected') {
    const fields = given.view === 'rejected' ? event : (context.forms?.all ?? {});
    return {
      view: 'rejected',
      filter: rejectedFilterOf(parse(callObject(rejectedFilter), filledIn(fields))),
      after: given.cursor,
      ...dashboard,
    };
  }
  if (given.view === 'event') {
    if (given.key === undefined) throw new CallError('key is missing');
    return { view: 'event', key: given.key, filter: filterOf(given), ...dashboard };
  }
  if (given.view === 'list') {
    return { view: 'list', filter: filterOf(given), after: given.cursor, ...dashboard };
  }
  const form = filterOf(parse(callObject(filter), filledIn(context.forms?.all ?? {})));
  // A key opens its event directly.
  return form.id !== undefined && KEY.test(form.id)
    ? { view: 'event', key: form.id, filter: { ...form, id: undefined }, ...dashboard }
    : { view: 'list', filter: form, ...dashboard };
};

/**
 * Reads a call of the replay function.
 *
 * @throws {CallError} for an invalid call, or for parameters of a widget, which would replay on each load of the dashboard.
 */
export const readReplayCall = (event: unknown): ReplayCall => {
  if (asksForDocumentation(event)) return { view: 'documentation' };
  const context = contextOf(event);
  if (Object.keys(context.params ?? {}).some((name) => name in replayParameters.entries)) {
    throw new CallError('an event is replayed by its button, not by the parameters of a widget');
  }
  return { view: 'replay', ...parse(replayParameters, event), theme: context.theme };
};

/**
 * Reads a call that the console's buttons make of the function for rejected deliveries.
 *
 * @throws {CallError} for an invalid call, or for parameters of a widget, which would retry on each load of the dashboard.
 */
export const readRejectedViewCall = (event: unknown, now: number): RejectedViewCall => {
  if (asksForDocumentation(event)) return { view: 'documentation' };
  const context = contextOf(event);
  if (Object.keys(context.params ?? {}).some((name) => name in rejectedParameters.entries)) {
    throw new CallError(
      'a rejected delivery is opened and checked by its buttons, not by the parameters of a widget',
    );
  }
  const { view, id, ...filter } = parse(rejectedParameters, filledIn(event));
  if (view === 'retry') return { view, id, theme: context.theme };
  return { view, id, filter: rejectedFilterOf(filter), ...dashboardContext(context, now) };
};

const rejectedParameters = callObject({
  view: v.picklist(['delivery', 'retry'], 'view is none of delivery and retry'),
  id: rejectedId,
  source: rejectedFilter.source,
  reason: rejectedFilter.reason,
});

const rejectedFilterOf = ({ source, reason, id }: RejectedFilter): RejectedFilter => ({ source, reason, id });

const replayParameters = callObject({ key, replayId: text(UUID, 'replayId is not the id of a replay') });

const asksForDocumentation = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'describe' in event && event.describe !== false;

const dashboardContext = ({ timeRange, theme, timezone }: WidgetContext, now: number): DashboardContext => {
  const { start, end } = timeRange?.zoom ?? timeRange ?? { start: now - DEFAULT_RANGE_MS, end: now };
  if (start > end) throw new CallError(NO_TIME);
  return { since: start, until: end, theme, offset: timezone.offsetISO };
};

/** Removes empty form fields. A checkbox of a form sends `on`, a button sends true. */
const filledIn = (fields: unknown): unknown => {
  if (typeof fields !== 'object' || fields === null) return fields;
  const filled = Object.entries(fields).filter(([, value]) => value !== '' && value !== null);
  return Object.fromEntries(
    filled.map(([name, value]) => [name, name === 'duplicates' && value === 'on' ? true : value]),
  );
};

const filterOf = ({ source, entity, id, duplicates }: Filter): Filter => ({
  source,
  entity,
  id: id === '' ? undefined : id,
  duplicates: duplicates || undefined,
});

const parse = <T>(schema: v.GenericSchema<unknown, T>, value: unknown): T => {
  const { success, output, issues } = v.safeParse(schema, value);
  if (success) return output;
  throw new CallError(issues[0].message);
};
