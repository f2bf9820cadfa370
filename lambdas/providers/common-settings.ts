import { isIP } from 'node:net';
import * as z from 'zod/mini';

/** What every source may be configured with. */
export interface CommonSettings {
  readonly sourceIps?: readonly string[] | undefined;
  readonly rotationGrace?: number | undefined;
}

/** Part of every provider's settings. */
export const commonSettings = {
  /** The addresses that deliveries may come from, as IPs or CIDR blocks. Default: any. */
  sourceIps: z.optional(
    z
      .array(
        z
          .string()
          .check(z.refine(isAddress, 'must be an IP address or a CIDR block, such as "20.23.10.180"')),
      )
      .check(z.minLength(1, 'must list at least one address; leave it out to allow any')),
  ),
} as const;

/** Part of the settings of every provider with a secret. */
export const secretSettings = {
  /** How long after a rotation the previous secret is still accepted, in seconds. Default: 7 days. */
  rotationGrace: z._default(
    z.number('must be a number of seconds').check(z.nonnegative('must not be negative')),
    7 * 24 * 60 * 60,
  ),
} as const;

function isAddress(text: string): boolean {
  const [base = '', prefix, ...rest] = text.split('/');
  const bits = isIP(base) === 6 ? 128 : 32;
  if (isIP(base) === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
}
