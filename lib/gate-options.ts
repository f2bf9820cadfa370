import { Token } from 'aws-cdk-lib';
import * as v from 'valibot';
import { readSettings } from '../lambdas/core/source.ts';
import { settingsObject } from '../lambdas/providers/shared/common-settings.ts';
import { SettingError } from './setting-error.ts';
import { throttleSettings } from './throttle.ts';

const SHOULD_BE_NAME = 'must be a host name in lower case, such as "hooks.example.com"';
const SHOULD_BE_CERTIFICATE =
  'must be the ARN of a certificate in ACM, such as "arn:aws:acm:eu-central-1:111122223333:certificate/…"';

const HOST_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;
/** Its first group is the region. */
const CERTIFICATE_ARN = /^arn:aws[a-z-]*:acm:([a-z0-9-]+):\d{12}:certificate\/[a-z0-9-]+$/;

/** Skips tokens, such as a certificate of the same app, which have no value before the deployment. */
const unlessUnknown =
  (pattern: RegExp) =>
  (value: string): boolean =>
    Token.isUnresolved(value) || pattern.test(value);

export const gateOptions = settingsObject({
  /** The throttle of each route; a source's own `throttle` overrides it. Default: 100 a second, burst of 200. */
  throttle: v.optional(throttleSettings),

  /** A custom host name, in addition to API Gateway's own. Default: none. */
  domain: v.optional(
    settingsObject({
      /** The host name: `hooks.example.com`. You create its DNS record; an output has the target. */
      name: v.pipe(v.string(SHOULD_BE_NAME), v.check(unlessUnknown(HOST_NAME), SHOULD_BE_NAME)),
      /** The ARN of its certificate in ACM, in the region of the stack. */
      certificateArn: v.pipe(
        v.string(SHOULD_BE_CERTIFICATE),
        v.check(unlessUnknown(CERTIFICATE_ARN), SHOULD_BE_CERTIFICATE),
      ),
    }),
  ),
});

export type GateOptions = Readonly<v.InferOutput<typeof gateOptions>>;

export type DomainOptions = Readonly<NonNullable<GateOptions['domain']>>;

/**
 * Validates the gate's options.
 *
 * @param region of the stack, which may be a token.
 * @throws {SettingError} naming the option and what is allowed.
 */
export const parseGateOptions = (options: GateOptions, region: string): GateOptions => {
  const { output, faults } = readSettings(gateOptions, options);
  if (faults !== undefined) {
    throw new SettingError(
      faults.map(([path, fault]) => `${path === '' ? 'gate' : `gate.${path}`}: ${fault}`).join('; '),
    );
  }
  checkRegion(output.domain?.certificateArn, region);
  return output;
};

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html */
const checkRegion = (certificateArn: string | undefined, region: string): void => {
  const [, certificateRegion] = CERTIFICATE_ARN.exec(certificateArn ?? '') ?? [];
  if (certificateRegion === undefined || Token.isUnresolved(region) || certificateRegion === region) return;
  throw new SettingError(
    `gate.domain.certificateArn is in ${certificateRegion}; it must be in ${region}, where the stack is`,
  );
};
