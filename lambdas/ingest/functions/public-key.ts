import { publicKey } from '../../providers/public-key/public-key.ts';
import { createIngest } from '../handler.ts';

/** The ingest function of the sources that sign with a private key. */
export const handler = createIngest(publicKey);
