import { createFanOut } from './fan-out.ts';

export const handler = createFanOut();
