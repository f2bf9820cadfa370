import { createJwt } from '../../providers/jwt/jwt.ts';
import { verifyJwt } from '../../verification/schemes/jwt.ts';
import { createIngest } from '../handler.ts';
import { secretsManager } from '../secrets-manager.ts';

/** The ingest function of the sources that send a JSON Web Token along. */
export const handler = createIngest(createJwt(verifyJwt), { secretVersions: secretsManager });
