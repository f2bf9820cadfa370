import fc from 'fast-check';

/** How often each property is tried: `npm run fuzz` asks for 10,000. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 100);

/** The run that fast-check named when it failed. */
const { FUZZ_SEED: seed, FUZZ_PATH: path } = process.env;

/** How long a test of so many runs may take, in ms: thirty times what it takes on an idle machine. */
export const TIMEOUT_MS = 20_000 + RUNS * 60;

/**
 * Tries a property as often as asked for.
 *
 * @throws {Error} with the smallest input that fails, and with what repeats it.
 */
export const fuzz = async <Input>(
  input: fc.Arbitrary<Input>,
  holds: (input: Input) => Promise<void>,
): Promise<void> => {
  const details = await fc.check(fc.asyncProperty(input, holds), {
    numRuns: RUNS,
    ...(seed !== undefined && { seed: Number(seed) }),
    ...(path !== undefined && { path }),
  });
  if (!details.failed) return;
  throw new Error(
    `To repeat it: FUZZ_SEED=${details.seed} FUZZ_PATH=${details.counterexamplePath} npm run fuzz -- -t '<this test>'\n` +
      fc.defaultReportMessage(details),
    { cause: details.errorInstance },
  );
};
