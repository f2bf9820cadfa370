import { errorMessage } from '../../local/support/error-message.ts';
import type { Step, Walk } from './walk.ts';

/** Rows of steps that are walked at the same time. A step that fails does not end its row. */
export const atOnce = (...rows: readonly (readonly Step[])[]): Step => ({
  title: 'At the same time:',
  run: async (walk) => {
    await Promise.all(
      rows.map(async (row) => {
        for (const step of row) await takeStep(walk, step);
      }),
    );
  },
});

/** Walks a step, and reports what goes wrong. */
export const takeStep = async (walk: Walk, { title, run }: Step): Promise<void> => {
  walk.report.step(title);
  await run(walk).catch((error: unknown) => walk.report.fault(`${title}: ${errorMessage(error)}`));
};
