import type { Schedule, Step } from './schedule.ts';

/**
 * The shortest schedule that still fails, as far as leaving out steps goes: first halves of them, then quarters, down to
 * single ones, until none can be left out.
 *
 * @param fails whether a schedule fails.
 * @see Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002
 */
export const shrink = async (
  schedule: Schedule,
  fails: (schedule: Schedule) => Promise<boolean>,
): Promise<Schedule> => {
  const withSteps = (steps: readonly Step[]): Schedule => ({ ...schedule, steps });
  let steps = schedule.steps;
  let parts = 2;
  while (steps.length > 0) {
    const size = Math.ceil(steps.length / parts);
    const shorter = await firstThat(cutsOf(steps, size), (cut) => fails(withSteps(cut)));
    if (shorter !== undefined) {
      steps = shorter;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) break;
    else parts = Math.min(parts * 2, steps.length);
  }
  return withSteps(steps);
};

/** The steps without so many at a time. */
const cutsOf = (steps: readonly Step[], size: number): readonly (readonly Step[])[] =>
  Array.from({ length: Math.ceil(steps.length / size) }, (_, index) => steps.toSpliced(index * size, size));

const firstThat = async <T>(
  list: readonly T[],
  isSo: (one: T) => Promise<boolean>,
): Promise<T | undefined> => {
  for (const one of list) if (await isSo(one)) return one;
  return undefined;
};
