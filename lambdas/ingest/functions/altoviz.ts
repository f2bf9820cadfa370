import { altoviz } from '../../providers/altoviz/altoviz.ts';
import { createIngest } from '../handler.ts';
import { secretsManager } from '../secrets-manager.ts';

export const handler = createIngest(altoviz, { secretVersions: secretsManager });
