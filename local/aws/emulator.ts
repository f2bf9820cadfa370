import type { Check } from '../iam/check.ts';
import type { Refusal } from '../iam/refusal.ts';
import type { StackPolicies } from '../iam/stack-policies.ts';
import type { AwsEndpoints } from './endpoints.ts';

/** A service of AWS on this machine. */
export interface Emulator {
  /** Its own URL, without a check. */
  readonly url: string;
  /** Puts a check in front of it, which lets through what these policies allow and reports what it refused. */
  check(policies: StackPolicies, refused: (refusal: Refusal) => void): Promise<Check>;
  stop(): Promise<void>;
}

/** All of them. */
export type Emulators = Readonly<Record<keyof AwsEndpoints, Emulator>>;
