import {
  GENUINE_STANDARD_WEBHOOKS,
  STANDARD_WEBHOOKS_FORGERIES,
  STANDARD_WEBHOOKS_SECRETS,
  STANDARD_WEBHOOKS_SOURCES,
} from './support/forged-standard-webhooks.ts';
import { underAttack } from './support/under-attack.ts';

underAttack(
  { sources: STANDARD_WEBHOOKS_SOURCES, secrets: STANDARD_WEBHOOKS_SECRETS },
  GENUINE_STANDARD_WEBHOOKS,
  STANDARD_WEBHOOKS_FORGERIES,
);
