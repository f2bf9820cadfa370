import { type Report, reasonText, reportOf } from '../verification/trace/report.ts';
import type { Explanation } from './retry.ts';

/**
 * An explanation in words, with one verdict first.
 *
 * @param takeBack what takes the request back: `gatepost rejected retry <id>`.
 */
export const explanationReport = (explanation: Explanation, takeBack: string): Report => {
  const { trace, isAddressAllowed } = explanation;
  const { said, looked } = reportOf(trace, { isClockNow: false });
  const [outcome = '', ...causes] = said;
  if (!isAddressAllowed) {
    return { said: [`Refused with 403, address-not-allowed. ${otherwise(explanation)}`, ...causes], looked };
  }
  const isDelivery = trace.outcome.kind === 'genuine' && !trace.handshake;
  return { said: [isDelivery ? genuine(explanation, takeBack) : outcome, ...causes], looked };
};

/** What would be without its address. */
const otherwise = ({ trace: { outcome, keys = [], sns } }: Explanation): string => {
  if (outcome.kind !== 'rejected') return HOLDS;
  if (outcome.reason.startsWith('signature-')) return `Its signature does not hold: ${reasonText(outcome)}.`;
  const isFitting = keys.some(({ fits }) => fits) || sns?.signature === 'fits';
  const other = `Its address aside, it is refused with ${outcome.status}, ${reasonText(outcome)}.`;
  return isFitting ? `${HOLDS} ${other}` : other;
};

const HOLDS = 'Its signature holds.';

const genuine = ({ trace: { outcome }, isTakenBack }: Explanation, takeBack: string): string => {
  if (isTakenBack) return 'Genuine. It was taken back before.';
  const { result } = outcome as Extract<typeof outcome, { kind: 'genuine' }>;
  return result === 'accepted'
    ? `Genuine. ${takeBack} stores it.`
    : `Genuine, and there is nothing to store in it: ${result}.`;
};
