import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Where the AWS clients get their credentials: from the environment, which is where Lambda puts them.
 *
 * The bundles have this in the place of `@aws-sdk/credential-provider-node`, whose search through profiles, single
 * sign-on and instance metadata is a quarter of a function and never used there.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const defaultProvider = fromEnv;
