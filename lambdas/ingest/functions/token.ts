import { token } from '../../providers/token/token.ts';
import { createIngest } from '../handler.ts';
import { secretsManager } from '../secrets-manager.ts';

/** The ingest function of the sources that send a secret along. */
export const handler = createIngest(token, { secretVersions: secretsManager });
