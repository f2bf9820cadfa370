import { avaza } from '../../providers/avaza/avaza.ts';
import { createIngest } from '../handler.ts';
import { secretsManager } from '../secrets-manager.ts';

/** The ingest function of Avaza's sources. */
export const handler = createIngest(avaza, { secretVersions: secretsManager });
