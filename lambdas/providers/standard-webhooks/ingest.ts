import { createIngest } from '../../ingest/handler.ts';
import { secretsManager } from '../../ingest/secrets-manager.ts';
import { standardWebhooks } from './standard-webhooks.ts';

/** The ingest function of the sources that follow Standard Webhooks. */
export const handler = createIngest(standardWebhooks, { secretVersions: secretsManager });
