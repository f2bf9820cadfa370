// Loaded into a function before the function itself, by `--import` in its NODE_OPTIONS: gives it the clock of its machine.
import { getEnvironmentData } from 'node:worker_threads';
import { CLOCKS, placeOf, SPEED } from './machine-clocks.ts';

const clocks = getEnvironmentData(CLOCKS) as unknown as Float64Array;
const place = placeOf((process.env.AWS_LAMBDA_FUNCTION_NAME ?? '').replace(/^gatepost-(ingest-)?/, ''));
const realTime = Date.now;

Date.now = () => {
  const began = Number(clocks[0]);
  const ahead = place === 0 ? 0 : Number(clocks[place]);
  return Math.round(began + (realTime() - began) * SPEED + ahead);
};
