import type { Duration } from 'aws-cdk-lib';
import * as z from 'zod/mini';
import { settingsObject } from '../lambdas/providers/common-settings.ts';
import { isDuration } from './checks.ts';
import { throttleSettings } from './throttle.ts';

const SHOULD_BE_CONCURRENCY = 'must be a whole number of executions, at least 1: with 0 nothing would get in';
const SHOULD_BE_DURATION = 'must be a Duration, such as Duration.hours(12)';

/**
 * What a source of any provider may be configured with beside its provider's settings. It concerns the stack alone: a
 * function is not told, and a delivery doesn't carry it.
 */
export const sourceOptions = settingsObject({
  /** How many requests the source's route takes. Default: what `gate.throttle` says. */
  throttle: z.optional(throttleSettings),

  /**
   * How many deliveries the source's function takes at the same time, at the most; so many are kept back for it, too. Of
   * an account's 1,000 executions Lambda wants 100 left over. What is beyond is answered with 503.
   * Default: as many as the account has left.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   */
  reservedConcurrency: z.optional(z.int(SHOULD_BE_CONCURRENCY).check(z.minimum(1, SHOULD_BE_CONCURRENCY))),

  /**
   * After how long without a delivery on-call is told: a multiple of 5 minutes, from 10 minutes to 7 days; whole hours
   * where it is longer than a day. Default: never.
   */
  silenceAfter: z.optional(z.custom<Duration>(isDuration, SHOULD_BE_DURATION)),
});

export type SourceOptions = Readonly<z.infer<typeof sourceOptions>>;
