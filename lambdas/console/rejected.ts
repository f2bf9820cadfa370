import type { Retrial } from '../rejected/retry.ts';
import { CallError, type RejectedViewCall, readRejectedViewCall } from './call.ts';
import type { DeliveryDetails } from './delivery-details.ts';
import { deliveryView } from './delivery-view.ts';
import { REJECTED_DOCUMENTATION } from './documentation.ts';
import { retriedView } from './retried-view.ts';

/** What the views of rejected deliveries need. */
export interface RejectedDesk {
  open(id: string): Promise<DeliveryDetails | undefined>;
  /** Takes one back: checks it again, and stores it if it is genuine. */
  retry(id: string): Promise<Retrial>;
  /** The ARNs of the console function and of this one. */
  readonly console: string;
  readonly rejected: string;
}

export interface RejectedAnswer {
  /** HTML as text, or Markdown in an object. */
  readonly body: string | { readonly markdown: string };
  /** Absent if the call is invalid. */
  readonly call?: RejectedViewCall;
  readonly opened?: DeliveryDetails;
  readonly retrial?: Retrial;
  /** An error that isn't the caller's fault. */
  readonly error?: unknown;
}

/** Whether a call comes from a widget. The command's calls name an `op`. */
export const isViewCall = (event: unknown): boolean =>
  typeof event === 'object' &&
  event !== null &&
  ['view', 'describe', 'widgetContext'].some((name) => name in event);

/** Answers the buttons of the console for rejected deliveries. What it returns also shows errors. */
export const answerRejected = async (event: unknown, desk: RejectedDesk): Promise<RejectedAnswer> => {
  let call: RejectedViewCall;
  try {
    call = readRejectedViewCall(event, Date.now());
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { body: retriedView({ fault: `Nothing was stored: ${error.message}.` }, 'light') };
  }
  if (call.view === 'documentation') return { body: { markdown: REJECTED_DOCUMENTATION }, call };
  if (call.view === 'retry') {
    try {
      const retrial = await desk.retry(call.id);
      return { body: retriedView(retrial, call.theme), call, retrial };
    } catch (error) {
      return { body: retriedView({ fault: FAILED }, call.theme), call, error };
    }
  }
  const context = { ...call, console: desk.console, rejected: desk.rejected };
  try {
    const opened = await desk.open(call.id);
    if (opened === undefined)
      return { body: deliveryView({ fault: `${UNKNOWN} ${call.id}` }, context), call };
    return { body: deliveryView(opened, context), call, opened };
  } catch (error) {
    return { body: deliveryView({ fault: UNREADABLE }, context), call, error };
  }
};

const FAILED =
  'It could not be checked or stored. Press the button again: what is stored already arrives only once.';
const UNKNOWN = 'There is no such rejected delivery: it has expired, or was never kept.';
const UNREADABLE =
  'The delivery could not be read. Try again; if the problem persists, the log of this function says why.';
