import { CliError } from '../cli-error.ts';
import type { DeployedSource, Deployment, Place } from './deployment.ts';
import { findLocalStack } from './local-deployment.ts';

/**
 * Finds the deployment that the options select.
 *
 * @param stateDir where the local stack keeps its state.
 * @throws {CliError} where there is none.
 */
export const findDeployment = async (place: Place, stateDir: string): Promise<Deployment> => {
  if (place.local) return await findLocalStack(stateDir);
  // Imported on demand: the SDK is slow to load.
  const { findStack } = await import('./aws-deployment.ts');
  return await findStack(place);
};

/**
 * Finds a source of the deployment.
 *
 * @throws {CliError} that lists the sources, where there is no such source.
 */
export const sourceNamed = ({ sources, name }: Deployment, source: string): DeployedSource => {
  const found = sources.find((candidate) => candidate.name === source);
  if (found !== undefined) return found;
  const known = sources.map((candidate) => candidate.name).join(', ') || 'none';
  throw new CliError('notFound', `There is no source "${source}" in ${name}; there are: ${known}`);
};
