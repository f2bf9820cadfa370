import { avaza } from '../../providers/avaza/avaza.ts';
import { createIngest } from '../handler.ts';
import { secretsManager } from '../secrets-manager.ts';

export const handler = createIngest(avaza, { secretVersions: secretsManager });
