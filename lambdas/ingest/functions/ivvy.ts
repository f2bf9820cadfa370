import { ivvy } from '../../providers/ivvy/ivvy.ts';
import { createIngest } from '../handler.ts';

export const handler = createIngest(ivvy);
