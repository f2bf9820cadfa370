import { findEvent, type StoredEvent } from '../../lambdas/event-log/find-event.ts';
import type { EventLogTable } from '../../lambdas/event-log/partition.ts';
import { CliError } from '../cli-error.ts';
import type { Deployment } from '../deployment/deployment.ts';

/**
 * Finds an event by its key.
 *
 * @throws {CliError} where there is none.
 */
export const eventOfKey = async (
  deployment: Deployment,
  log: EventLogTable,
  key: string,
): Promise<StoredEvent> => {
  const found = await findEvent(log, key);
  if (found !== undefined) return found;
  throw new CliError(
    'notFound',
    `The event log of ${deployment.name} has no event with the key "${key}": it was never received, or it has expired.`,
    'gatepost events lists the events.',
  );
};
