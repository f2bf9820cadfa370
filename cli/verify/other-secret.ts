import type { GivenSecret } from '../../lambdas/verification/trace/describe.ts';
import type { NearMiss, Trace } from '../../lambdas/verification/trace/trace.ts';
import type { Context } from '../context.ts';
import type { DeployedSource, Deployment } from '../deployment/deployment.ts';
import { readSecret } from '../secrets/secret-values.ts';

/**
 * Whether the request fits the secret of another source of the deployment. Only the command looks, with its user's
 * permissions: no function reads another source's secret.
 */
export const otherSecret = async (
  context: Context,
  { sources, ...deployment }: Deployment,
  { name }: DeployedSource,
  explain: (secrets: readonly GivenSecret[], limits: typeof NO_SEARCH) => Promise<Trace>,
): Promise<NearMiss | undefined> => {
  for (const source of sources) {
    if (source.name === name || source.secretArn === undefined) continue;
    const text = await secretOf(context, { sources, ...deployment }, source, source.secretArn);
    if (text === undefined) continue;
    const { outcome } = await explain([{ version: 'current', text }], NO_SEARCH);
    if (outcome.kind !== 'genuine') continue;
    return {
      code: 'secret-of-another-source',
      says: `It fits the secret of the source ${source.name}: the sender posts to the wrong URL, or the secrets were mixed up.`,
      key: `secret of ${source.name}`,
    };
  }
  return undefined;
};

const NO_SEARCH = { attempts: 0, bytes: 0 };

const secretOf = async (
  context: Context,
  deployment: Deployment,
  source: DeployedSource,
  secretArn: string,
): Promise<string | undefined> => {
  try {
    return (await readSecret(deployment, secretArn))?.value;
  } catch (error) {
    if (!Error.isError(error) || error.name !== 'AccessDeniedException') throw error;
    context.note(`The secret of ${source.name} may not be read, so it was not tried.`);
    return undefined;
  }
};
