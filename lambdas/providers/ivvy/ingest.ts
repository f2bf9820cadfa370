import { createIngest } from '../../ingest/handler.ts';
import { ivvy } from './ivvy.ts';

/** The ingest function of iVvy's sources. */
export const handler = createIngest(ivvy);
