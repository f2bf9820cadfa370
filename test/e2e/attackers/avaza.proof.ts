import { AVAZA_FORGERIES, AVAZA_SECRETS, AVAZA_SOURCES, GENUINE_AVAZA } from './support/forged-avaza.ts';
import { underAttack } from './support/under-attack.ts';

underAttack({ sources: AVAZA_SOURCES, secrets: AVAZA_SECRETS }, GENUINE_AVAZA, AVAZA_FORGERIES);
