import { UUID } from '../../lambdas/core/uuid.ts';
import { CliError } from '../cli-error.ts';

/** @throws {CliError} where it is not the format of an id. */
export const checkId = (id: string): void => {
  if (UUID.test(id)) return;
  throw new CliError(
    'usage',
    `"${id}" is not the id of a rejected delivery`,
    'gatepost rejected lists them with their ids.',
  );
};
