import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Where an AWS client that is given no credentials finds them: in the environment, which is where Lambda puts them.
 * `aws-client.ts` gives them the same.
 *
 * The bundles have this in the place of `@aws-sdk/credential-provider-node`, whose search through profiles, single
 * sign-on and instance metadata is a quarter of a function and never used there.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const defaultProvider = fromEnv;
