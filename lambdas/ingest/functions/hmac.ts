import { hmac } from '../../providers/hmac/hmac.ts';
import { createIngest } from '../handler.ts';
import { secretsManager } from '../secrets-manager.ts';

/** The ingest function of the sources that sign with an HMAC. */
export const handler = createIngest(hmac, { secretVersions: secretsManager });
