import { createIngest } from '../../ingest/handler.ts';
import { secretsManager } from '../../ingest/secrets-manager.ts';
import { ivy } from './ivy.ts';

/** The ingest function of Ivy's sources. */
export const handler = createIngest(ivy, { secretVersions: secretsManager });
