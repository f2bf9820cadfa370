import { AWS_CLIENT } from '../lambdas/aws-client.ts';

const { maxAttempts, requestHandler } = AWS_CLIENT;

/** The AWS SDK as it comes, but as patient as that of the functions: what floors and peers call AWS with. */
export const PLAIN_CLIENT = { maxAttempts, requestHandler } as const;
