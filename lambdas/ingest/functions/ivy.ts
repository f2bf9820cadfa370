import { ivy } from '../../providers/ivy/ivy.ts';
import { createIngest } from '../handler.ts';
import { secretsManager } from '../secrets-manager.ts';

/** The ingest function of Ivy's sources. */
export const handler = createIngest(ivy, { secretVersions: secretsManager });
