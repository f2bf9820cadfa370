import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { PARTS, type Run } from './parts.ts';
import { writeReport } from './report.ts';
import { countsOf, LEAST_SCORE, type Mutant, type PartResult, scoreOf } from './score.ts';

// `npm run mutation`: changes the core in a thousand small ways and holds that a test fails at each. Prints the score and
// what survived, writes both to docs/quality.md, and fails below 90 %.

const HELP = `Mutation testing of the core.

  npm run mutation                     all of it; the score goes to docs/quality.md
  npm run mutation -- --part fan-out   a part of it, which is printed only
  npm run mutation -- --again          nothing is believed of the last run: each mutant is tried again

Exit code: 0 where the score is ${LEAST_SCORE} % or more, 1 where not.
`;

const ROOT = join(import.meta.dirname, '..', '..');

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      part: { type: 'string', multiple: true },
      again: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const parts = PARTS.filter(({ name }) => values.part?.includes(name) ?? true);
  if (parts.length === 0) throw new Error(`parts are: ${PARTS.map(({ name }) => name).join('; ')}`);

  const results: PartResult[] = [];
  for (const part of parts) {
    const mutants: Mutant[] = [];
    for (const run of part.runs) mutants.push(...(await mutate(run, values.again)));
    const result = { part: part.name, mutants };
    results.push(result);
    print(result);
    if (values.part === undefined) writeReport(join(ROOT, 'docs', 'quality.md'), results);
  }
  const mutants = results.flatMap((result) => result.mutants);
  const score = scoreOf(mutants);
  process.stdout.write(`\nmutation score: ${score.toFixed(1)} %\n`);
  if (score < LEAST_SCORE) process.exitCode = 1;
};

/** Lets Stryker mutate some files. What a test noticed, and has not changed since, nor the test, isn't tried again. */
const mutate = async ({ files, tests }: Run, again: boolean): Promise<readonly Mutant[]> => {
  const incrementalFile = `.stryker/${files.join(',').replaceAll('/', '-')}.json`;
  forgetSurvivors(join(ROOT, incrementalFile));
  const stryker = new Stryker({
    testRunner: 'jest',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    jest: {
      configFile: 'evidence/quality/jest.config.ts',
      // The tests are chosen below. Jest would leave out those that reach the mutated file through another one only.
      enableFindRelatedTests: false,
      config: {
        setupFiles: ['<rootDir>/evidence/quality/short-properties.ts'],
        testMatch: tests.map((glob) => `<rootDir>/test/lambdas/${glob}.test.ts`),
      },
    },
    coverageAnalysis: 'perTest',
    // There is one, and Stryker would read it with the compiler's API, which TypeScript 7 doesn't have.
    tsconfigFile: 'none',
    mutate: files.map((path) => `lambdas/${path}.ts`),
    concurrency: 2,
    // On a busy machine a test may take its time; it isn't therefore in a loop without an end.
    timeoutMS: 10_000,
    timeoutFactor: 3,
    incremental: true,
    incrementalFile,
    force: again,
    tempDirName: '.stryker/sandbox',
    ignorePatterns: ['.gatepost', '.stryker', 'cdk.out', 'coverage'],
    reporters: ['progress-append-only'],
    logLevel: 'error' as LogLevel,
    allowConsoleColors: false,
  });
  const results = await stryker.runMutationTest();
  return results.map(({ fileName, location, mutatorName, replacement = '', status }) => {
    const path = relative(ROOT, fileName);
    return {
      path,
      line: location.start.line,
      original: textAt(path, location),
      mutatorName,
      replacement,
      status,
    };
  });
};

/**
 * Takes out of the results of the last run whatever survived. Of a mutant in what runs once, when a module is loaded,
 * Stryker doesn't know which tests reach it, and so would not try it again for a test that is new.
 */
const forgetSurvivors = (path: string): void => {
  if (!existsSync(path)) return;
  const { files, ...rest } = JSON.parse(readFileSync(path, 'utf8')) as LastRun;
  const noticed = Object.entries(files).map(([name, { mutants, ...file }]) => [
    name,
    { ...file, mutants: mutants.filter(({ status }) => status !== 'Survived' && status !== 'NoCoverage') },
  ]);
  writeFileSync(path, JSON.stringify({ ...rest, files: Object.fromEntries(noticed) }));
};

/** What Stryker keeps of a run. */
interface LastRun {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

type LogLevel = NonNullable<ConstructorParameters<typeof Stryker>[0]['logLevel']>;

interface Place {
  readonly line: number;
  readonly column: number;
}

const textAt = (path: string, { start, end }: { readonly start: Place; readonly end: Place }): string => {
  const lines = readFileSync(join(ROOT, path), 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  const whole = lines.map((line, index) =>
    index === lines.length - 1 ? line.slice(0, end.column - 1) : line,
  );
  return whole.join('\n').slice(start.column - 1);
};

const print = ({ part, mutants }: PartResult): void => {
  const { killed, timedOut, survived, uncovered } = countsOf(mutants);
  process.stdout.write(
    `${part}: ${scoreOf(mutants).toFixed(1)} % (${killed} killed, ${timedOut} timed out, ${survived} survived, ${uncovered} not covered)\n`,
  );
  for (const { path, line, original, replacement, status } of mutants) {
    if (status === 'Survived' || status === 'NoCoverage') {
      process.stdout.write(
        `  ${status} ${path}:${line}: ${original.replaceAll(/\s+/g, ' ')} -> ${replacement.replaceAll(/\s+/g, ' ')}\n`,
      );
    }
  }
};

await main();
