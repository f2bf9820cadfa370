import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readAssembly } from '../assembly/cloud-assembly.ts';
import { errorMessage } from '../support/error-message.ts';
import { SynthesisError, synthesize } from '../synthesize.ts';
import { readDashboard } from './definition.ts';
import { renderPage } from './page.ts';
import { type RecordedLine, readRecording } from './recording.ts';
import { shortRun } from './short-run.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const ASSEMBLY = resolve(PROJECT, '.gatepost/assembly');
const PAGE = resolve(PROJECT, '.gatepost/dashboard.html');

const HELP = `npm run dashboard [-- --from <file>] [--record <file>]

Renders the dashboard of the synthesized template as one HTML page, from the metrics of a short run of the local stack.

  --record <file>  save the output of the run, as JSON
  --from <file>    render a saved output instead of starting a run
  --help           show this help
`;

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, record: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return;
  }
  await synthesize(PROJECT, ASSEMBLY);
  const { template } = await readAssembly(ASSEMBLY);
  const lines =
    values.from === undefined
      ? await shortRun(ASSEMBLY)
      : (JSON.parse(await readFile(values.from, 'utf8')) as readonly RecordedLine[]);
  if (lines.length === 0) throw new Error('The functions printed nothing, so there are no metrics to show');
  if (values.record !== undefined) await writeFile(values.record, JSON.stringify(lines));
  await mkdir(dirname(PAGE), { recursive: true });
  await writeFile(PAGE, renderPage(readDashboard(template), readRecording(lines)));
  process.stdout.write(`The dashboard is in ${relative(process.cwd(), PAGE)}\n`);
};

try {
  await main();
} catch (error) {
  const output = error instanceof SynthesisError ? `${error.output}\n\n` : '';
  process.stderr.write(`${output}${errorMessage(error)}\n`);
  process.exitCode = 1;
}
