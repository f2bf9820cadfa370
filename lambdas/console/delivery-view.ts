import { explanationReport } from '../rejected/explanation-report.ts';
import type { Explanation } from '../rejected/retry.ts';
import type { Fact } from '../verification/trace/report.ts';
import { actionButton } from './action.ts';
import type { DashboardContext, RejectedFilter } from './call.ts';
import type { DeliveryDetails } from './delivery-details.ts';
import { payloadBlock } from './event-view.ts';
import { frame, notice } from './frame.ts';
import { type Html, html } from './html.ts';
import { outcomeTag } from './rejected-list-view.ts';
import { localTime, zoneName } from './time.ts';

export interface DeliveryContext extends Pick<DashboardContext, 'theme' | 'offset'> {
  /** The ARN of the console function. */
  readonly console: string;
  /** The ARN of the function for rejected deliveries. */
  readonly rejected: string;
  /** The filter of the list that it was opened from. */
  readonly filter: RejectedFilter;
}

/** One rejected delivery and why it is refused today, or why it can't be shown. */
export const deliveryView = (
  delivery: DeliveryDetails | { readonly fault: string },
  context: DeliveryContext,
): string => {
  const { console, filter, theme } = context;
  const back = actionButton({
    label: 'Back to the list',
    endpoint: console,
    parameters: { ...filter, view: 'rejected' },
  });
  if ('fault' in delivery) {
    return frame(theme, html`<div class="gp-bar">${back}</div>${notice(delivery.fault)}`);
  }
  return frame(
    theme,
    html`<div class="gp-bar">${back}${retryButton(delivery, context)}</div>
<h2>Rejected: ${delivery.reason}</h2>
${facts(delivery, context)}
<h3>By the settings and secrets of today</h3>
${trace(delivery.explanation)}
<h3>Headers</h3>
${headers(delivery)}
<h3>Body</h3>
${payloadBlock(delivery.payload, 'Body')}`,
  );
};

const TAKE_BACK = 'Take back';

/** None if it was taken back, or can't be. */
const retryButton = (
  { id, source, retried, explanation }: DeliveryDetails,
  { rejected }: DeliveryContext,
): Html | undefined =>
  explanation === undefined || (retried !== undefined && retried.outcome !== 'refused')
    ? undefined
    : actionButton({
        label: TAKE_BACK,
        endpoint: rejected,
        parameters: { view: 'retry', id },
        display: 'popup',
        confirmation: `Take back this delivery of ${source}? If it is genuine by the settings and secrets of today, it is stored, and its events are sent to their queues.`,
        look: 'btn btn-primary',
      });

const facts = (delivery: DeliveryDetails, { offset }: DeliveryContext): Html => {
  const { id, source, provider, receivedAt, reason, detail, isSigned, method, sourceIp, size } = delivery;
  const zone = zoneName(offset);
  return html`<dl>
<dt>Received</dt><dd>${localTime(receivedAt, offset)} ${zone}</dd>
<dt>Source</dt><dd>${source} (${provider})</dd>
<dt>Refused</dt><dd>${detail === reason ? reason : `${reason}: ${detail}`}</dd>
<dt>Signature</dt><dd>${isSigned ? 'holds' : 'not known to hold'}</dd>
<dt>Request</dt><dd>${method}, ${size} bytes, from ${sourceIp}</dd>
${retried(delivery, offset)}
<dt>Id</dt><dd>${id}</dd>
<dt>Kept until</dt><dd>${localTime(delivery.expiresAt.toISOString(), offset)} ${zone}</dd>
</dl>`;
};

const retried = ({ retried: tried }: DeliveryDetails, offset: string): Html | undefined => {
  if (tried === undefined) return undefined;
  const { outcome, at, by, reason, deliveryId } = tried;
  const why = reason === undefined ? '' : `${reason}, `;
  return html`<dt>Last try</dt><dd>${outcomeTag(outcome)} ${why}${localTime(at, offset)} by ${by}, as the caller said</dd>
${deliveryId === undefined ? undefined : html`<dt>Stored as</dt><dd>the delivery ${deliveryId}</dd>`}`;
};

const trace = (explanation: Explanation | undefined): Html => {
  if (explanation === undefined) {
    return html`<p class="gp-faint">Its source is no longer configured: it can't be checked.</p>`;
  }
  const { said, looked } = explanationReport(explanation, `The button ${TAKE_BACK}`);
  const [outcome = '', ...causes] = said;
  const look =
    explanation.trace.outcome.kind === 'genuine' && explanation.isAddressAllowed ? 'gp-good' : 'gp-bad';
  return html`<p class="${look}">${outcome}</p>
${causes.map((cause) => html`<p>${cause}</p>`)}
${looked.length === 0 ? undefined : html`<dl>${grouped(looked)}</dl>`}`;
};

/** A fact without a title belongs to the one before. */
const grouped = (looked: readonly Fact[]): readonly Html[] =>
  looked.map(
    ({ title, text }) => html`${title === '' ? undefined : html`<dt>${title}</dt>`}<dd>${text}</dd>`,
  );

const headers = ({ headers: all }: DeliveryDetails): Html => {
  const rows = all.map(
    ({ name, value, hidden }) =>
      html`<dt>${name}</dt><dd>${value ?? html`<span class="gp-faint">(${hidden})</span>`}</dd>`,
  );
  return rows.length === 0 ? html`<p class="gp-faint">None.</p>` : html`<dl>${rows}</dl>`;
};
