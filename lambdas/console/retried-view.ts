import type { Retrial } from '../rejected/retry.ts';
import { frame, notice } from './frame.ts';
import { html } from './html.ts';

/** What came of taking back a rejected delivery, for the pop-up. */
export const retriedView = (
  retrial: Retrial | { readonly fault: string },
  theme: 'light' | 'dark',
): string => {
  if ('fault' in retrial) return frame(theme, notice(retrial.fault));
  const { outcome, id, deliveryId, events = [] } = retrial;
  if (!GOOD.has(outcome)) return frame(theme, notice(sentence(retrial)));
  return frame(
    theme,
    html`<h2>Take back</h2>
<p class="gp-good" role="status">${sentence(retrial)}</p>
<dl><dt>Rejected delivery</dt><dd>${id}</dd>${
      deliveryId === undefined ? undefined : html`<dt>Stored as</dt><dd>the delivery ${deliveryId}</dd>`
    }${events.map(({ key, entity }) => html`<dt>To ${entity}.fifo</dt><dd>${key}</dd>`)}</dl>`,
  );
};

const GOOD: ReadonlySet<Retrial['outcome']> = new Set([
  'stored',
  'confirmed',
  'nothing-to-store',
  'done-before',
]);

const sentence = ({ outcome, reason, detail }: Retrial): string => {
  const why = reason === detail ? reason : [reason, detail].filter((part) => part !== undefined).join(': ');
  switch (outcome) {
    case 'refused':
      return `It is still refused: ${why}. Nothing was stored.`;
    case 'failed':
      return `It could not be checked or stored now: ${why}. ${AGAIN}`;
    default:
      return SENTENCES[outcome];
  }
};

const AGAIN = 'Press the button again: what is stored already arrives only once.';

const SENTENCES = {
  stored:
    'It is genuine. It is in the intake queue and waits for fan-out; what has arrived before does not arrive again.',
  confirmed: 'It is a genuine handshake, and is confirmed.',
  // Of a trial, which the console has none of.
  'would-store': 'It is genuine, and nothing was stored.',
  'would-confirm': 'It is a genuine handshake, and nothing was confirmed.',
  'nothing-to-store': 'It is genuine, and there is nothing to store in it.',
  ignored:
    'It is genuine, and nothing was stored: its source lets none of its events in. Its setting events says which it does.',
  'done-before': 'It was taken back before. Nothing was stored again.',
  unknown: 'Nothing was stored: no rejected delivery with that id is kept any longer.',
  'no-source': 'Nothing was stored: its source is no longer configured.',
  'not-tried': `It was not tried. ${AGAIN}`,
} as const;
