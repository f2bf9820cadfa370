import { ApiError } from '../../lambdas/providers/shared/api/api-error.ts';
import type { SubscriptionApi } from '../../lambdas/providers/shared/api/subscription-api.ts';
import { CliError } from '../cli-error.ts';

/** The same API, with each {@link ApiError} turned into a {@link CliError}. */
export const withCliErrors = (api: SubscriptionApi): SubscriptionApi => {
  const { list, create, update, remove, test } = api;
  return {
    create: translating(create),
    remove: translating(remove),
    ...(list !== undefined && { list: translating(list) }),
    ...(update !== undefined && { update: translating(update) }),
    ...(test !== undefined && { test: translating(test) }),
  };
};

const translating =
  <Given extends readonly unknown[], Result>(method: (...given: Given) => Promise<Result>) =>
  async (...given: Given): Promise<Result> => {
    try {
      return await method(...given);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const exit = error.reason === 'provider' ? 'provider' : 'failed';
      throw new CliError(exit, error.message, error.next, { cause: error.cause });
    }
  };
