import { ivy } from '../../providers/ivy/ivy.ts';
import { createIngest } from '../handler.ts';
import { secretsManager } from '../secrets-manager.ts';

export const handler = createIngest(ivy, { secretVersions: secretsManager });
