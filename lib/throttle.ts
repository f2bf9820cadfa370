import * as v from 'valibot';
import { settingsObject } from '../lambdas/providers/shared/common-settings.ts';
import { isCount } from './checks.ts';

const SHOULD_BE_RATE = 'must be a number of requests a second above 0, such as 100';
const SHOULD_BE_BURST = 'must be a whole number of requests, at least 1, such as 200';

const isRate = (value: number): boolean => value > 0 && Number.isFinite(value);

/**
 * The throttle of a route, a token bucket. API Gateway answers further requests with 429, and not every provider retries.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export const throttleSettings = settingsObject({
  /** Requests a second. Default: 100. */
  rate: v.optional(v.pipe(v.number(SHOULD_BE_RATE), v.check(isRate, SHOULD_BE_RATE))),
  /** Requests in a burst. Default: 200. */
  burst: v.optional(v.pipe(v.number(SHOULD_BE_BURST), v.check(isCount, SHOULD_BE_BURST))),
});

export type ThrottleOptions = Readonly<v.InferInput<typeof throttleSettings>>;

/** Complete with defaults. */
export interface Throttle {
  readonly rate: number;
  readonly burst: number;
}

export const DEFAULT_THROTTLE: Throttle = { rate: 100, burst: 200 };

export const completeThrottle = (options: ThrottleOptions | undefined, otherwise: Throttle): Throttle => ({
  rate: options?.rate ?? otherwise.rate,
  burst: options?.burst ?? otherwise.burst,
});
