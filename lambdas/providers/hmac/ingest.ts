import { createIngest } from '../../ingest/handler.ts';
import { secretsManager } from '../../ingest/secrets-manager.ts';
import { hmac } from './hmac.ts';

/** The ingest function of the sources that sign with an HMAC. */
export const handler = createIngest(hmac, { secretVersions: secretsManager });
