import type { Check } from '../iam/check.ts';
import type { Refusal } from '../iam/refusal.ts';
import type { StackPolicies } from '../iam/stack-policies.ts';
import type { AwsEndpoints } from './endpoints.ts';

/** An AWS service on this machine. */
export interface Emulator {
  /** The URL without a permission check. */
  readonly url: string;
  /** Starts a permission check in front of the emulator, which reports each refused request. */
  check(policies: StackPolicies, refused: (refusal: Refusal) => void): Promise<Check>;
  stop(): Promise<void>;
}

export type Emulators = Readonly<Record<keyof AwsEndpoints, Emulator>>;
