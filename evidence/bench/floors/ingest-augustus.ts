export { handler } from './ingest-standard-webhooks.ts';
