import { createIngest } from '../../ingest/handler.ts';
import { secretsManager } from '../../ingest/secrets-manager.ts';
import { avaza } from './avaza.ts';

/** The ingest function of Avaza's sources. */
export const handler = createIngest(avaza, { secretVersions: secretsManager });
