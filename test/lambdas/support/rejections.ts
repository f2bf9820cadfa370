import { Rejection } from '../../../lambdas/core/rejection.ts';

/**
 * The reason of the rejection that the work ends in; `undefined` where it ends well. Any other error goes on.
 *
 * @throws {Error} for a rejection with nothing to say to whoever reads the log.
 */
export const reasonOf = async (work: () => unknown): Promise<string | undefined> => {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    if (error.message === '') throw new Error(`the log learns nothing about this ${error.reason}`);
    return error.reason;
  }
};
