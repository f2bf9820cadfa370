import { standardWebhooks } from '../../providers/standard-webhooks/standard-webhooks.ts';
import { createIngest } from '../handler.ts';
import { secretsManager } from '../secrets-manager.ts';

/** The ingest function of the sources that follow Standard Webhooks. */
export const handler = createIngest(standardWebhooks, { secretVersions: secretsManager });
