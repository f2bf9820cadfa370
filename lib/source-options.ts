import type { Duration } from 'aws-cdk-lib';
import * as v from 'valibot';
import { settingsObject } from '../lambdas/providers/shared/common-settings.ts';
import { isCount, isDuration } from './checks.ts';
import { throttleSettings } from './throttle.ts';

const SHOULD_BE_CONCURRENCY =
  'must be a whole number of executions, at least 1: with 0 no delivery is accepted';
const SHOULD_BE_DURATION = 'must be a Duration, such as Duration.hours(12)';

/** The options of any source besides its provider's settings. Only the stack uses them. */
export const sourceOptions = settingsObject({
  /** The throttle of the source's route. Default: `gate.throttle`. */
  throttle: v.optional(throttleSettings),

  /**
   * The reserved concurrency of the source's function, which is also its maximum. Further deliveries are answered with 503.
   * Lambda requires 100 unreserved executions, usually of 1,000 per account. Default: none, and no maximum.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   */
  reservedConcurrency: v.optional(
    v.pipe(v.number(SHOULD_BE_CONCURRENCY), v.check(isCount, SHOULD_BE_CONCURRENCY)),
  ),

  /**
   * Raises an alarm after this time without a delivery: a multiple of 5 minutes, from 10 minutes to 7 days; whole hours if
   * longer than a day. Default: never.
   */
  silenceAfter: v.optional(v.custom<Duration>(isDuration, SHOULD_BE_DURATION)),
});

export type SourceOptions = Readonly<v.InferOutput<typeof sourceOptions>>;
