import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Reads credentials from the environment, where Lambda puts them. In the bundles this replaces
 * `@aws-sdk/credential-provider-node`, whose other sources are never used in Lambda and take a quarter of a bundle.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const defaultProvider = fromEnv;
