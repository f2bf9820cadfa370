import { Webhook } from 'svix';
import { GENUINE, SECRET, type Signed } from './signed.ts';

const webhook = new Webhook(SECRET);

export const handler = async ({ headers, body }: Signed) => {
  webhook.verify(body, { ...headers });
  return GENUINE;
};
