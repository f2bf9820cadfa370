import { AWS_CLIENT } from '../../lambdas/runtime/aws-client.ts';

const { maxAttempts, requestHandler, credentials } = AWS_CLIENT;

/**
 * The AWS SDK as it comes, but as patient as that of the functions: what floors and peers call AWS with. As it comes it
 * reads its credentials once; what the bundles have in the place of that would not.
 */
export const PLAIN_CLIENT = { maxAttempts, requestHandler, credentials } as const;
