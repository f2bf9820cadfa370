import { byId, clock, element } from './dom.js';

const MAX_ROWS = 500;

/** Shows the activity of the local stack, newest first. */
export const showLive = (openEvent, openRejected) => {
  const rows = byId('happenings').tBodies[0];
  const rejectedOnly = byId('rejected-only');
  const nothingYet = byId('nothing-yet');

  const add = (happening) => {
    const row = rowOf(happening, openEvent, openRejected);
    row.hidden = rejectedOnly.checked && row.dataset.trouble === undefined;
    rows.prepend(row);
    if (rows.rows.length > MAX_ROWS) rows.lastElementChild.remove();
    nothingYet.hidden = true;
  };
  const clear = () => {
    rows.replaceChildren();
    nothingYet.hidden = false;
  };

  rejectedOnly.addEventListener('change', () => {
    for (const row of rows.rows) row.hidden = rejectedOnly.checked && row.dataset.trouble === undefined;
  });
  byId('clear').addEventListener('click', clear);

  const stream = new EventSource('/api/live');
  // A new connection starts with the latest entries, which the list may have already.
  stream.addEventListener('beginning', () => {
    clear();
    byId('disconnected').hidden = true;
  });
  stream.addEventListener('message', ({ data }) => add(JSON.parse(data)));
  stream.addEventListener('error', () => {
    byId('disconnected').hidden = false;
  });
};

const rowOf = (happening, openEvent, openRejected) => {
  const described = DESCRIBE[happening.kind](happening, openEvent, openRejected);
  const { source = '', status, statusClass, what, details, trouble } = described;
  const row = element(
    'tr',
    {},
    element('td', { className: 'time' }, clock(happening.at)),
    element('td', {}, source),
    element('td', { className: `status ${statusClass}` }, status),
    element('td', {}, what),
    element('td', {}, ...details.filter((part) => part !== undefined)),
  );
  if (trouble) row.dataset.trouble = 'yes';
  return row;
};

const classOf = (status) => (status < 400 ? 'good' : status < 500 ? 'warn' : 'bad');

const DESCRIBE = {
  delivery: ({ source, status, outcome, reason, entity, action, answerMs, deliveryId }, _, openRejected) => ({
    source,
    status: String(status),
    statusClass: classOf(status),
    // A rejected delivery has an id only if it is kept.
    what: reason && deliveryId ? openButton(reason, deliveryId, openRejected) : (reason ?? outcome),
    details: [
      [entity, action, answerMs === undefined ? '' : `${Math.round(answerMs)} ms`].filter(Boolean).join(' '),
      outcome === 'ignored' ? ', not let in by its source' : undefined,
      // Enough to find it in a list: the button opens it.
      reason && deliveryId ? `, kept as ${deliveryId.slice(0, 8)}` : undefined,
    ],
    trouble: status >= 400,
  }),
  event: ({ source, outcome, type, entity, subject, reason, key }, openEvent) => ({
    source,
    status: outcome,
    statusClass: outcome === 'duplicate' ? 'faint' : reason === undefined ? 'good' : 'warn',
    what: key === undefined ? type : openButton(type, key, openEvent),
    details: [
      subject === undefined ? undefined : `${subject} `,
      outcome === 'duplicate' ? 'not sent again' : `to ${entity}.fifo`,
      reason === undefined ? undefined : ` (${reason})`,
    ],
    trouble: reason !== undefined,
  }),
  answer: ({ status, message, method, path }) => ({
    status: String(status),
    statusClass: classOf(status),
    what: message,
    details: [`${method} ${path}`],
    trouble: status >= 400,
  }),
  note: ({ level, from, text }) => ({
    status: level,
    statusClass: { error: 'bad', warning: 'warn' }[level] ?? 'faint',
    what: from,
    details: [text],
    trouble: level !== 'info',
  }),
};

const openButton = (type, key, openEvent) => {
  const button = element('button', { type: 'button', className: 'link' }, type);
  button.addEventListener('click', () => openEvent(key));
  return button;
};
