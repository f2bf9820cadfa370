import type { Duration } from 'aws-cdk-lib';
import * as v from 'valibot';
import { settingsObject } from '../lambdas/providers/shared/common-settings.ts';
import { isCount, isDuration } from './checks.ts';
import { throttleSettings } from './throttle.ts';

const SHOULD_BE_CONCURRENCY = 'must be a whole number of executions, at least 1: with 0 nothing would get in';
const SHOULD_BE_DURATION = 'must be a Duration, such as Duration.hours(12)';

/**
 * What a source of any provider may be configured with beside its provider's settings. It concerns the stack alone: a
 * function doesn't get it, and a delivery doesn't carry it.
 */
export const sourceOptions = settingsObject({
  /** How many requests the source's route takes. Default: what `gate.throttle` says. */
  throttle: v.optional(throttleSettings),

  /**
   * How many deliveries the source's function takes at the same time, at the most; so many are kept back for it, too. Of
   * an account's 1,000 executions Lambda wants 100 left over. What is beyond is answered with 503.
   * Default: as many as the account has left.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   */
  reservedConcurrency: v.optional(
    v.pipe(v.number(SHOULD_BE_CONCURRENCY), v.check(isCount, SHOULD_BE_CONCURRENCY)),
  ),

  /**
   * After how long without a delivery an alarm is raised: a multiple of 5 minutes, from 10 minutes to 7 days; whole
   * hours where it is longer than a day. Default: never.
   */
  silenceAfter: v.optional(v.custom<Duration>(isDuration, SHOULD_BE_DURATION)),
});

export type SourceOptions = Readonly<v.InferOutput<typeof sourceOptions>>;
