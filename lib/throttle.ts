import * as v from 'valibot';
import { settingsObject } from '../lambdas/providers/shared/common-settings.ts';
import { isCount } from './checks.ts';

const SHOULD_BE_RATE = 'must be a number of requests a second above 0, such as 100';
const SHOULD_BE_BURST = 'must be a whole number of requests, at least 1, such as 200';

const isRate = (value: number): boolean => value > 0 && Number.isFinite(value);

/**
 * How many requests a route takes: it holds `burst` of them, and `rate` come in anew each second. What is beyond is
 * answered with 429 by API Gateway, and not every provider tries again.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export const throttleSettings = settingsObject({
  /** Requests a second, in the long run. Default: 100. */
  rate: v.optional(v.pipe(v.number(SHOULD_BE_RATE), v.check(isRate, SHOULD_BE_RATE))),
  /** Requests at once. Default: 200. */
  burst: v.optional(v.pipe(v.number(SHOULD_BE_BURST), v.check(isCount, SHOULD_BE_BURST))),
});

/** As it is written down: what is left out is as for all routes, or as the default. */
export type ThrottleOptions = Readonly<v.InferInput<typeof throttleSettings>>;

/** Complete with defaults. */
export interface Throttle {
  /** Requests a second. */
  readonly rate: number;
  /** Requests at once. */
  readonly burst: number;
}

export const DEFAULT_THROTTLE: Throttle = { rate: 100, burst: 200 };

/** Fills in what is left out. */
export const completeThrottle = (options: ThrottleOptions | undefined, otherwise: Throttle): Throttle => ({
  rate: options?.rate ?? otherwise.rate,
  burst: options?.burst ?? otherwise.burst,
});
