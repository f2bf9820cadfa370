import { command } from './steps/command.ts';
import { consumers } from './steps/consumers.ts';
import { deliveries } from './steps/deliveries.ts';
import { failures } from './steps/failures.ts';
import { enforceIam, stopEnforcingIam } from './steps/iam.ts';
import { install } from './steps/install.ts';
import { permissions } from './steps/permissions.ts';
import { remove } from './steps/remove.ts';
import { rotation } from './steps/rotation.ts';
import { secrets } from './steps/secrets.ts';
import { updates } from './steps/updates.ts';
import { widget } from './steps/widget.ts';
import { atOnce } from './take-step.ts';
import type { Step } from './walk.ts';

/** The life of a deployment, in its order. Each step finds the stack as the one before it left it. */
export const LIFE: readonly Step[] = [
  install,
  secrets,
  enforceIam,
  consumers,
  deliveries,
  // The rotation mostly waits. It has the sources ivy and avaza to itself.
  atOnce([rotation], [command, widget, failures]),
  permissions,
  stopEnforcingIam,
  updates,
  remove,
];
