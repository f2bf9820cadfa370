import type { WebhookRequest } from '../../lambdas/core/request.ts';
import { readSettings } from '../../lambdas/core/source.ts';
import { explainRequest } from '../../lambdas/providers/explain.ts';
import { providerNamed } from '../../lambdas/providers/index.ts';
import type { Provider } from '../../lambdas/providers/provider.ts';
import { inTodaysForm } from '../../lambdas/providers/shared/former-settings.ts';
import type { GivenSecret } from '../../lambdas/verification/trace/describe.ts';
import type { NearMiss, Trace } from '../../lambdas/verification/trace/trace.ts';
import type { Context } from '../context.ts';
import type { DeployedSource, Deployment } from '../deployment/deployment.ts';
import { readSecret } from '../secrets/secret-values.ts';
import { isSecretSet } from '../secrets/source-secret.ts';

/** A request that isn't genuine for the source of that name. */
export interface Refused {
  readonly name: string;
  readonly request: WebhookRequest;
  /** Explains it for that source, with other secrets. */
  explain(secrets: readonly GivenSecret[], limits: typeof NO_SEARCH): Promise<Trace>;
}

/**
 * Whether the request is genuine for another source of the deployment, or fits another source's secret. Only the command
 * looks, with its user's permissions: no function reads another source's secret.
 */
export const otherSecret = async (
  context: Context,
  deployment: Deployment,
  { name, request, explain }: Refused,
): Promise<NearMiss | undefined> => {
  let ofSecret: NearMiss | undefined;
  for (const source of deployment.sources) {
    if (source.name === name) continue;
    const text = await secretOf(context, deployment, source);
    const secrets: readonly GivenSecret[] = text === undefined ? [] : [{ version: 'current', text }];
    if (await isGenuineFor(source, request, secrets)) {
      return {
        code: 'another-source',
        says: `It is genuine for the source ${source.name}: the sender posts to the wrong URL, or the wrong source was named.`,
        key: `secret of ${source.name}`,
      };
    }
    if (ofSecret !== undefined || secrets.length === 0) continue;
    if (!isProven(await explain(secrets, NO_SEARCH))) continue;
    ofSecret = {
      code: 'secret-of-another-source',
      says: `It fits the secret of the source ${source.name}: the sender posts to the wrong URL, or the secrets were mixed up.`,
      key: `secret of ${source.name}`,
    };
  }
  return ofSecret;
};

const NO_SEARCH = { attempts: 0, bytes: 0 };

/** By its own scheme and settings. */
const isGenuineFor = async (
  source: DeployedSource,
  request: WebhookRequest,
  secrets: readonly GivenSecret[],
): Promise<boolean> => {
  const provider = providerNamed(source.provider) as Provider<unknown>;
  const { output: settings, faults } = readSettings(provider.settings, inTodaysForm(source.settings));
  if (faults !== undefined) return false;
  return isProven(await explainRequest({ request, provider, settings, secrets, limits: NO_SEARCH }));
};

/** A capture is mostly older than its time allows. A handshake may be genuine without any proof. */
const isProven = ({ outcome, answer, keys = [] }: Trace): boolean =>
  answer?.signed !== false && (outcome.kind === 'genuine' || keys.some(({ fits }) => fits));

const secretOf = async (
  context: Context,
  deployment: Deployment,
  { name, secretArn }: DeployedSource,
): Promise<string | undefined> => {
  if (secretArn === undefined) return undefined;
  try {
    const value = (await readSecret(deployment, secretArn))?.value;
    return value !== undefined && isSecretSet(value) ? value : undefined;
  } catch (error) {
    if (!Error.isError(error) || error.name !== 'AccessDeniedException') throw error;
    context.note(`The secret of ${name} may not be read, so it was not tried.`);
    return undefined;
  }
};
