import { isReached, type Measurement } from './measurement.ts';

const ROW = 22;
const LABELS = 270;
const BARS = 430;
const WIDTH = LABELS + BARS + 60;
/** The ratio at the right end. Beyond it a bar is cut off. */
const MOST = 2.4;
const COLOURS = { reached: '#2f7d4f', missed: '#c2572b', other: '#8a8f98', target: '#111827' } as const;

/** The rows that are held against something, as bars: the ratio, and a mark where the target is. */
export const benchmarksPlot = (measurements: readonly Measurement[]): string => {
  const rows = measurements.filter(({ other }) => other !== undefined);
  const height = (rows.length + 3) * ROW;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12" role="img">
<title>Each row beside what it is held against</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${LABELS}" y="15" fill="${COLOURS.target}">times what stands beside it; a black mark is the target, the grey line is 1</text>
<line x1="${at(1)}" x2="${at(1)}" y1="${ROW}" y2="${height - 2 * ROW}" stroke="${COLOURS.other}"/>
${rows.map(bar).join('\n')}
<text x="${LABELS}" y="${height - ROW / 2}" fill="${COLOURS.target}">green: reached, orange: missed. For signatures more is better, for all else less</text>
</svg>
`;
};

const at = (ratio: number): number => LABELS + (Math.min(ratio, MOST) / MOST) * BARS;

const bar = (measurement: Measurement, index: number): string => {
  const { id, figure, target } = measurement;
  const top = (index + 1) * ROW;
  const colour = isReached(measurement) ? COLOURS.reached : COLOURS.missed;
  return [
    `<text x="${LABELS - 8}" y="${top + 15}" text-anchor="end" fill="${COLOURS.target}">${escaped(id)}</text>`,
    `<rect x="${LABELS}" y="${top + 4}" width="${(at(figure) - LABELS).toFixed(1)}" height="${ROW - 8}" fill="${colour}"/>`,
    `<line x1="${at(target.value).toFixed(1)}" x2="${at(target.value).toFixed(1)}" y1="${top + 1}" y2="${top + ROW - 1}" stroke="${COLOURS.target}" stroke-width="2"/>`,
    `<text x="${LABELS + BARS + 12}" y="${top + 15}" fill="${COLOURS.target}">${figure.toFixed(2)}</text>`,
  ].join('');
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
