import { ivvy } from '../../providers/ivvy/ivvy.ts';
import { createIngest } from '../handler.ts';

/** The ingest function of iVvy's sources. */
export const handler = createIngest(ivvy);
