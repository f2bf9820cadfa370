import { augustus } from '../../providers/augustus/augustus.ts';
import { createIngest } from '../handler.ts';
import { secretsManager } from '../secrets-manager.ts';

export const handler = createIngest(augustus, { secretVersions: secretsManager });
