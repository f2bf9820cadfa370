import Table from 'cli-table3';

/** Rows in columns without lines between them, so that other tools can process them. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const drawn = new Table({
    head: [...head],
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: NO_LINES,
  });
  for (const row of rows) drawn.push([...row]);
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
};

const LINES =
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid middle';
const NO_LINES = Object.fromEntries(LINES.split(' ').map((line) => [line, '']));
