import { createIngest } from '../../ingest/handler.ts';
import { secretsManager } from '../../ingest/secrets-manager.ts';
import { altoviz } from './altoviz.ts';

/** The ingest function of Altoviz' sources. */
export const handler = createIngest(altoviz, { secretVersions: secretsManager });
