import { type AlarmState, alarmStates } from './alarm-states.ts';
import { chart, figures } from './chart.ts';
import type { DashboardDefinition, Widget } from './definition.ts';
import { escapeHtml } from './html.ts';
import { findRows } from './log-rows.ts';
import type { Recording } from './recording.ts';
import { computeSeries } from './series.ts';
import { STYLE } from './style.ts';

const PERIODS = 30;

/** The dashboard as one self-contained HTML page. */
export const renderPage = (definition: DashboardDefinition, recording: Recording): string => {
  const states = alarmStates(definition, recording);
  const widgets = definition.widgets.map((widget) => renderWidget(widget, definition, recording, states));
  const seconds = Math.round((recording.to - recording.from) / 1000);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(definition.name)}: the dashboard</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(definition.name)}</h1>
<p>The dashboard of the synthesized template, with the metrics of a local run of ${seconds} seconds, ${new Date(recording.from).toISOString().slice(0, 19).replace('T', ' ')} UTC. The run is divided into ${PERIODS} periods; for alarms it is one period. Of AWS's own metrics it has those that the log lines tell; the others have no data here.</p>
</header>
<main>
${widgets.join('\n')}
</main>
</body>
</html>
`;
};

const renderWidget = (
  widget: Widget,
  definition: DashboardDefinition,
  recording: Recording,
  states: ReadonlyMap<string, AlarmState>,
): string => {
  const { type, x, y, width, height, properties } = widget;
  const place = `style="grid-column: ${x + 1} / span ${width}; grid-row: ${y + 1} / span ${height}"`;
  if (type === 'text')
    return `<h2 ${place}>${escapeHtml((properties.markdown ?? '').replace(/^#+ /, ''))}</h2>`;
  const content = renderContent(widget, definition, recording, states);
  const title = escapeHtml(properties.title ?? '');
  // Scrollable, by keyboard too.
  return `<section ${place}><h3>${title}</h3><div class="content" role="region" aria-label="${title}" tabindex="0">${content}</div></section>`;
};

const renderContent = (
  { type, width, properties }: Widget,
  definition: DashboardDefinition,
  recording: Recording,
  states: ReadonlyMap<string, AlarmState>,
): string => {
  if (type === 'alarm') return alarms(properties.alarms ?? [], definition, states);
  if (type === 'custom') return '<p class="none">custom widget: the page of npm start shows it</p>';
  if (type === 'log') return table(properties.query ?? '', recording);
  const { metrics = [], view, yAxis } = properties;
  return view === 'singleValue'
    ? figures(computeSeries(metrics, recording, 1))
    : chart(computeSeries(metrics, recording, PERIODS), recording, yAxis?.left?.label ?? '', width);
};

const WORDS: Readonly<Record<AlarmState, string>> = {
  ringing: 'in alarm',
  quiet: 'OK',
  none: 'no data on this machine',
};
const ORDER: readonly AlarmState[] = ['ringing', 'quiet', 'none'];

const alarms = (
  names: readonly string[],
  { name: prefix, alarms: known }: DashboardDefinition,
  states: ReadonlyMap<string, AlarmState>,
): string => {
  const stateOf = (name: string): AlarmState => states.get(name) ?? 'none';
  const items = [...names]
    .sort((one, other) => ORDER.indexOf(stateOf(one)) - ORDER.indexOf(stateOf(other)))
    .map((name) => {
      const meaning = known.find((alarm) => alarm.name === name)?.description ?? '';
      const state = stateOf(name);
      return `<li class="${state}" title="${escapeHtml(`${WORDS[state]}. ${meaning}`)}">${escapeHtml(name.replace(`${prefix}-`, ''))}</li>`;
    });
  const counts = ORDER.map((state) => ({
    state,
    count: names.filter((name) => stateOf(name) === state).length,
  }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `<span class="${state}">${count} ${WORDS[state]}</span>`);
  return `<p class="counts">${counts.join(' ')}</p><ul class="alarms">${items.join('')}</ul>`;
};

const table = (query: string, { logs }: Recording): string => {
  const { columns, rows } = findRows(query, logs);
  if (rows.length === 0) return '<p class="none">no entries in this run</p>';
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${row(columns, 'th')}</thead><tbody>${rows.map((cells) => row(cells, 'td')).join('')}</tbody></table>`;
};
