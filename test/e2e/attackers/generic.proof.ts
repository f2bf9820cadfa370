import { GENERIC_FORGERIES, GENERIC_SOURCES, GENUINE_GENERIC } from './support/forged-generic.ts';
import { underAttack } from './support/under-attack.ts';

// Forged deliveries at the doors of the generic providers: a secret, a signature by a private key, a token, SNS.

underAttack({ sources: GENERIC_SOURCES }, GENUINE_GENERIC, GENERIC_FORGERIES);
