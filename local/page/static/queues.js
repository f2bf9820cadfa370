import { ask, byId, clock, element, indent } from './dom.js';

const INTERVAL_MS = 2_000;

/** Shows the queues with their depths, and the messages of one queue, without receiving them. */
export const showQueues = () => {
  const rows = byId('queue-list').tBodies[0];
  const emptyToo = byId('empty-too');
  const contents = byId('queue');
  let shown = '';
  let chosen;
  let timer;

  const choose = async (name) => {
    chosen = name;
    for (const row of rows.rows) row.classList.toggle('chosen', row.dataset.name === name);
    try {
      const queue = await ask(`/api/queue?name=${encodeURIComponent(name)}`);
      if (chosen === name) contents.replaceChildren(...describe(queue));
    } catch (error) {
      contents.replaceChildren(element('p', { className: 'fault' }, error.message));
    }
  };

  const look = async () => {
    const queues = await ask('/api/queues').catch(() => []);
    const filled = queues.filter(({ waiting, inFlight }) => waiting + inFlight > 0);
    const listed = emptyToo.checked
      ? queues
      : queues.filter((queue) => filled.includes(queue) || queue.name === chosen);
    const state = JSON.stringify(listed);
    // An unchanged table keeps its focus.
    if (state === shown) return;
    shown = state;
    const focused = document.activeElement?.closest?.('tr')?.dataset.name;
    rows.replaceChildren(...listed.map((queue) => rowOf(queue, queue.name === chosen, choose)));
    if (focused !== undefined) rows.querySelector(`tr[data-name="${CSS.escape(focused)}"] button`)?.focus();
    byId('all-empty').hidden = listed.length > 0;
    if (chosen !== undefined) await choose(chosen);
  };

  emptyToo.addEventListener('change', look);
  return {
    enter: () => {
      void look();
      timer = setInterval(look, INTERVAL_MS);
    },
    leave: () => clearInterval(timer),
  };
};

const rowOf = ({ name, waiting, inFlight }, isChosen, choose) => {
  const button = element('button', { type: 'button', className: 'link' }, name);
  button.addEventListener('click', async () => {
    await choose(name);
    byId('queue').scrollIntoView({ block: 'nearest' });
  });
  const isDlq = name.endsWith('-dlq.fifo') && waiting > 0;
  const row = element(
    'tr',
    { className: isChosen ? 'chosen' : '' },
    element('td', {}, button),
    element('td', { className: `number ${isDlq ? 'bad' : ''}` }, String(waiting)),
    element('td', { className: 'number' }, String(inFlight)),
  );
  row.dataset.name = name;
  return row;
};

const describe = ({ name, messages, count }) => [
  element('h3', {}, name),
  element(
    'p',
    { className: 'faint' },
    count === 0
      ? 'The queue is empty.'
      : `${count} ${count === 1 ? 'message' : 'messages'}${count > messages.length ? `, the first ${messages.length}` : ''}, oldest first. Viewing does not receive them.`,
  ),
  ...messages.map(messageOf),
];

const messageOf = ({ body, sentAt, receiveCount, inFlight }) => {
  const received = receiveCount === 0 ? 'never received' : `received ${receiveCount} times`;
  const text = element('pre', { tabIndex: 0 }, indent(body));
  text.setAttribute('aria-label', 'Body');
  return element(
    'details',
    {},
    element('summary', {}, `${clock(sentAt)}  ${titleOf(body)}, ${received}${inFlight ? ', in flight' : ''}`),
    text,
  );
};

const titleOf = (body) => {
  try {
    const { type, subject, source } = JSON.parse(body);
    return [type ?? source?.name ?? 'message', subject].filter((part) => part !== undefined).join(' ');
  } catch {
    return 'message';
  }
};
