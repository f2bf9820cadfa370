import Stripe from 'stripe';
import { GENUINE, SECRET, type Signed } from './signed.ts';

export const handler = async ({ headers, body }: Signed) => {
  Stripe.webhooks.constructEvent(body, headers['stripe-signature'] ?? '', SECRET, 3_600);
  return GENUINE;
};
