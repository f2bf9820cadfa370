import { Rejection } from '../../../lambdas/rejection.ts';

/** The reason of the rejection that the work ends in; `undefined` where it ends well. Any other error goes on. */
export const reasonOf = async (work: () => unknown): Promise<string | undefined> => {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof Rejection) return error.reason;
    throw error;
  }
};
