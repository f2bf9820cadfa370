import { sns } from '../../providers/sns/sns.ts';
import { createIngest } from '../handler.ts';

/** The ingest function of the sources of any SNS topic. */
export const handler = createIngest(sns);
