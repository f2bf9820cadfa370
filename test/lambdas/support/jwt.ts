import { createJwt } from '../../../lambdas/providers/jwt/jwt.ts';
import { verifyJwt } from '../../../lambdas/verification/schemes/jwt.ts';

/** The provider as its ingest function has it. */
export const jwt = createJwt(verifyJwt);
