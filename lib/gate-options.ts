import { Token } from 'aws-cdk-lib';
import * as z from 'zod/mini';
import { settingsObject } from '../lambdas/providers/common-settings.ts';
import { throttleSettings } from './throttle.ts';

const SHOULD_BE_NAME = 'must be a host name in lower case, such as "hooks.example.com"';
const SHOULD_BE_CERTIFICATE =
  'must be the ARN of a certificate in ACM, such as "arn:aws:acm:eu-central-1:111122223333:certificate/…"';

const HOST_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;
/** Its first group is the region. */
const CERTIFICATE_ARN = /^arn:aws[a-z-]*:acm:([a-z0-9-]+):\d{12}:certificate\/[a-z0-9-]+$/;

/** What is known only when it is deployed, such as a certificate of the same app, can't be looked at here. */
const unlessUnknown =
  (pattern: RegExp) =>
  (value: string): boolean =>
    Token.isUnresolved(value) || pattern.test(value);

/** How the gate may be configured. */
export const gateOptions = settingsObject({
  /** How many requests each route takes; a source's own `throttle` goes before. Default: 100 a second, 200 at once. */
  throttle: z.optional(throttleSettings),

  /** A host name of your own, beside the one that API Gateway gives. Default: none. */
  domain: z.optional(
    settingsObject({
      /** The host name: `hooks.example.com`. Its DNS record is yours to make; the outputs name what it has to point to. */
      name: z.string(SHOULD_BE_NAME).check(z.refine(unlessUnknown(HOST_NAME), SHOULD_BE_NAME)),
      /** The ARN of its certificate in ACM, in the region of the stack. */
      certificateArn: z
        .string(SHOULD_BE_CERTIFICATE)
        .check(z.refine(unlessUnknown(CERTIFICATE_ARN), SHOULD_BE_CERTIFICATE)),
    }),
  ),
});

export type GateOptions = Readonly<z.infer<typeof gateOptions>>;

export type DomainOptions = Readonly<NonNullable<GateOptions['domain']>>;

/**
 * Checks the gate's options.
 *
 * @param region where the stack is deployed; it may not be known yet.
 * @throws {Error} that names the option and what would be right.
 */
export const parseGateOptions = (options: GateOptions, region: string): GateOptions => {
  const result = gateOptions.safeParse(options);
  if (!result.success) {
    const faults = result.error.issues.map(
      ({ path, message }) => `${['gate', ...path].join('.')}: ${message}`,
    );
    throw new Error(faults.join('; '));
  }
  checkRegion(result.data.domain?.certificateArn, region);
  return result.data;
};

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html */
const checkRegion = (certificateArn: string | undefined, region: string): void => {
  const [, certificateRegion] = CERTIFICATE_ARN.exec(certificateArn ?? '') ?? [];
  if (certificateRegion === undefined || Token.isUnresolved(region) || certificateRegion === region) return;
  throw new Error(
    `gate.domain.certificateArn is in ${certificateRegion}; it must be in ${region}, where the stack is`,
  );
};
