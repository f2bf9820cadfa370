import { createIngest } from '../../ingest/handler.ts';
import { secretsManager } from '../../ingest/secrets-manager.ts';
import { augustus } from './augustus.ts';

/** The ingest function of Augustus' sources. */
export const handler = createIngest(augustus, { secretVersions: secretsManager });
