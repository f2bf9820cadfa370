import { CliError } from '../cli-error.ts';
import type { DeployedSource, Deployment, Place } from './deployment.ts';
import { findLocalStack } from './local-deployment.ts';

/**
 * The deployment that is meant.
 *
 * @param stateDir where the local stack keeps its state.
 * @throws {CliError} where there is none.
 */
export const findDeployment = async (place: Place, stateDir: string): Promise<Deployment> => {
  if (place.local) return await findLocalStack(stateDir);
  // Only here, for the SDK takes its time to load.
  const { findStack } = await import('./aws-deployment.ts');
  return await findStack(place);
};

/**
 * A source of the deployment.
 *
 * @throws {CliError} that names those there are.
 */
export const sourceNamed = ({ sources, name }: Deployment, source: string): DeployedSource => {
  const found = sources.find((candidate) => candidate.name === source);
  if (found !== undefined) return found;
  const known = sources.map((candidate) => candidate.name).join(', ') || 'none';
  throw new CliError('notFound', `There is no source "${source}" in ${name}; there are: ${known}`);
};
