import * as v from 'valibot';
import type {
  ApiCredentials,
  SubscribableProvider,
} from '../../lambdas/providers/shared/api/subscription-api.ts';
import { CliError } from '../cli-error.ts';
import type { DeployedSource, Deployment } from '../deployment/deployment.ts';
import { readSecret } from '../secrets/secret-values.ts';

/** An API key in Secrets Manager: `{ "key": "…" }`, for iVvy `{ "key": "…", "secret": "…" }`. */
const CredentialsSchema = v.object({
  key: v.pipe(v.string(), v.nonEmpty()),
  secret: v.optional(v.string()),
  url: v.optional(v.string()),
});

/**
 * Finds the API key of a source's provider: in the environment (`GATEPOST_<SOURCE>_API_KEY`, `…_API_SECRET`, `…_API_URL`), else
 * in the secret `<prefix>/<source>/api`.
 *
 * @returns undefined where there is none.
 * @throws {CliError} where it is incomplete or invalid.
 */
export const findApiCredentials = async (
  deployment: Deployment,
  source: DeployedSource,
  provider: SubscribableProvider,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ApiCredentials | undefined> => {
  const names = variableNames(source.name);
  const url = env[names.url];
  const key = env[names.key];
  const found =
    key === undefined || key === ''
      ? await inSecretsManager(deployment, source)
      : { key, secret: env[names.secret] };
  if (found === undefined) return undefined;
  if (provider.signsRequests && (found.secret === undefined || found.secret === '')) {
    throw new CliError(
      'notFound',
      `The secret of ${provider.title}'s API key, which signs the requests, is missing.`,
      `Set ${names.secret} beside ${names.key}, or add "secret" to ${apiSecretName(deployment, source)}.`,
    );
  }
  const complete = { ...found, url: url ?? found.url };
  if (complete.url !== undefined) checkUrl(complete.url, names.url);
  return complete;
};

export const noApiCredentials = (
  deployment: Deployment,
  source: DeployedSource,
  { title, signsRequests }: SubscribableProvider,
): CliError => {
  const names = variableNames(source.name);
  const variables = signsRequests ? `${names.key} and ${names.secret}` : names.key;
  return new CliError(
    'notFound',
    `There is no API key of ${title} for the source ${source.name}.`,
    `Set ${variables}, or create the secret ${apiSecretName(deployment, source)}, as docs/cli.md shows.`,
  );
};

/** The secret that holds a source's API key. */
const apiSecretName = ({ prefix }: Deployment, { name }: DeployedSource): string => `${prefix}/${name}/api`;

/** `altoviz-lyon` -> `GATEPOST_ALTOVIZ_LYON_API_KEY` */
const variableNames = (source: string) => {
  const begin = `GATEPOST_${source.toUpperCase().replaceAll('-', '_')}_API`;
  return { key: `${begin}_KEY`, secret: `${begin}_SECRET`, url: `${begin}_URL` };
};

const inSecretsManager = async (
  deployment: Deployment,
  source: DeployedSource,
): Promise<ApiCredentials | undefined> => {
  const name = apiSecretName(deployment, source);
  const secret = await readSecret(deployment, name);
  if (secret === undefined) return undefined;
  try {
    return v.parse(CredentialsSchema, JSON.parse(secret.stored));
  } catch {
    // The parsers' messages quote the text, which is secret.
    throw new CliError(
      'notFound',
      `The secret ${name} must be { "key": "…" }, for iVvy { "key": "…", "secret": "…" }.`,
      `aws secretsmanager put-secret-value --secret-id ${name} --secret-string file:///dev/stdin`,
    );
  }
};

/** An API key is sent over TLS, or to this machine only. */
const checkUrl = (text: string, variable: string): void => {
  const url = URL.parse(text);
  const loopback = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback)) return;
  throw new CliError('usage', `The API's URL (${variable}, or "url" in the secret) must begin with https://`);
};
