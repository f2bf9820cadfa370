import { escapeHtml, shortNumber } from './html.ts';
import type { Recording } from './recording.ts';
import type { Series } from './series.ts';

/** The width of a dashboard column in the drawing, which the page scales. */
const COLUMN = 50;
const HEIGHT = 190;
const LEFT = 46;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 22;
const STEPS = 4;
const COLOURS = 8;
const MAX_NAMES = 10;

/**
 * Lines over time, as SVG, with a legend.
 *
 * @param columns the width in columns of the dashboard.
 */
export const chart = (
  series: readonly Series[],
  { from, to }: Recording,
  unit: string,
  columns: number,
): string => {
  const width = columns * COLUMN;
  const shown = series.filter(({ values }) => values.some((value) => value !== undefined));
  if (shown.length === 0) return NO_DATA;
  const top = roundUp(Math.max(...shown.flatMap(({ values }) => values.map((value) => value ?? 0))));
  const y = (value: number): number => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
  const x = (index: number, count: number): number => LEFT + ((index + 0.5) / count) * (width - LEFT - RIGHT);

  const grid = Array.from({ length: STEPS + 1 }, (_, step) => {
    const value = (top / STEPS) * step;
    return `<line x1="${LEFT}" x2="${width - RIGHT}" y1="${y(value)}" y2="${y(value)}"/><text x="${LEFT - 6}" y="${y(value) + 3.5}" text-anchor="end">${shortNumber(value)}</text>`;
  }).join('');
  const times = `<text x="${LEFT}" y="${HEIGHT - 6}">${clock(from)}</text><text x="${width - RIGHT}" y="${HEIGHT - 6}" text-anchor="end">${clock(to)}</text>`;
  const lines = shown.map(({ values }, index) => {
    const points = values.flatMap((value, at) =>
      value === undefined ? [] : [[x(at, values.length).toFixed(1), y(value).toFixed(1)] as const],
    );
    const path = points.map((point) => point.join()).join(' ');
    const dots = points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="2.2"/>`).join('');
    return `<g class="c${index % COLOURS}"><polyline points="${path}"/>${dots}</g>`;
  });
  return `<svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${escapeHtml(describe(shown, unit))}"><g class="grid">${grid}${times}</g>${lines.join('')}</svg>
${names(shown, unit)}${rest(series.length - shown.length)}`;
};

/** The text alternative of a chart: the latest values. */
const describe = (shown: readonly Series[], unit: string): string => {
  const latest = shown.slice(0, MAX_NAMES).map(({ label, values }) => {
    const value = values.findLast((each) => each !== undefined);
    return `${label} ${value === undefined ? '' : shortNumber(value)}`;
  });
  return `Lines over time, at the end, in ${unit}: ${latest.join(', ')}`;
};

const NO_DATA = '<p class="none">no data on this machine</p>';

/** The latest values, large. */
export const figures = (series: readonly Series[]): string => {
  const cells = series.map(({ label, values }) => {
    const latest = values.findLast((value) => value !== undefined);
    const figure = latest === undefined ? '<b class="none">–</b>' : `<b>${shortNumber(latest)}</b>`;
    return `<div>${figure}<span>${escapeHtml(label)}</span></div>`;
  });
  const known = series.some(({ values }) => values.some((value) => value !== undefined));
  return `<div class="figures">${cells.join('')}</div>${known ? '' : NO_DATA}`;
};

const names = (shown: readonly Series[], unit: string): string => {
  const items = shown
    .slice(0, MAX_NAMES)
    .map(({ label }, index) => `<li class="c${index % COLOURS}"><i></i>${escapeHtml(label)}</li>`);
  const more = shown.length > MAX_NAMES ? `<li>and ${shown.length - MAX_NAMES} more</li>` : '';
  return `<ul class="names">${items.join('')}${more}<li class="unit">${escapeHtml(unit)}</li></ul>`;
};

const rest = (count: number): string =>
  count === 0 ? '' : `<p class="rest">${count} more without data on this machine</p>`;

const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

/** Rounds up to a number whose quarters are round too. */
const roundUp = (value: number): number => {
  if (value <= 0) return 1;
  const magnitude = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 8, 10].find((step) => step * magnitude >= value) ?? 10) * magnitude;
};
