import { ask, byId } from './dom.js';
import { showLive } from './live.js';
import { showQueues } from './queues.js';
import { showSend } from './send.js';
import { mountWidget } from './widget.js';

// The local stack's page. The URL's fragment selects the view (#/queues).

const { console: endpoint, sources } = await ask('/api/local-stack');

const openEvent = (key) => {
  location.hash = `#/events/${encodeURIComponent(key)}`;
};
const openRejected = (id) => {
  location.hash = `#/events/rejected/${encodeURIComponent(id)}`;
};
showLive(openEvent, openRejected);
showSend(sources);

const range = byId('range');
const timeRange = () => {
  const end = Date.now();
  const relativeStart = Number(range.value);
  return { mode: 'relative', start: end - relativeStart, end, relativeStart };
};
const widget = endpoint === undefined ? undefined : mountWidget(byId('widget'), endpoint, timeRange);
if (widget === undefined) byId('widget').textContent = 'This stack has no console.';
range.addEventListener('change', () => widget?.open());
byId('refresh-events').addEventListener('click', () => widget?.open());

const frame = document.querySelector('#dashboard iframe');
const loadDashboard = () => {
  frame.src = '/dashboard';
};
byId('refresh-dashboard').addEventListener('click', loadDashboard);

/** Of an event by its key, or of a rejected delivery by its id. */
const parametersFor = (key) => {
  if (key === undefined) return {};
  return key.startsWith(REJECTED)
    ? { view: 'rejected', id: key.slice(REJECTED.length) }
    : { view: 'event', key };
};
/** No event's key has a slash. */
const REJECTED = 'rejected/';

const VIEWS = {
  live: {},
  events: { enter: (key) => widget?.open(parametersFor(key)) },
  queues: showQueues(),
  dashboard: { enter: loadDashboard },
};

let current;
const show = () => {
  const [, name = 'live', rest] = /^#\/(\w+)(?:\/(.+))?$/.exec(location.hash) ?? [];
  const view = Object.hasOwn(VIEWS, name) ? name : 'live';
  VIEWS[current]?.leave?.();
  current = view;
  for (const id of Object.keys(VIEWS)) byId(id).hidden = id !== view;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('href') === `#/${view}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${byId(`${view}-title`).textContent} · Gatepost on this machine`;
  VIEWS[view].enter?.(rest === undefined ? undefined : decodeURIComponent(rest));
};
addEventListener('hashchange', show);
document.querySelector('.skip').addEventListener('click', (clicked) => {
  // Keeps the fragment, which selects the view.
  clicked.preventDefault();
  byId('main').focus();
});
show();
