import { expect } from '@jest/globals';
import { storedBody, type WebhookRequest } from '../../../lambdas/core/request.ts';
import type { GatepostEvent } from '../../../lambdas/events/event.ts';
import { interpretDelivery } from '../../../lambdas/events/interpretation.ts';
import type { Provider } from '../../../lambdas/providers/provider.ts';
import { aDelivery } from './deliveries.ts';
import { secretsOf } from './tampering.ts';

/**
 * Holds that a genuine delivery is accepted although it is not understood, and that it becomes one event for
 * `unrecognized.fifo`.
 *
 * @returns that event.
 */
export const expectUnrecognized = async <Settings>(
  provider: Provider<Settings>,
  settings: Settings,
  request: WebhookRequest,
  secret: string,
): Promise<GatepostEvent> => {
  const { outcome, parsed, body } = await provider.authenticate(request, settings, secretsOf(secret));
  expect(outcome).toBe('accepted');
  const delivery = aDelivery({
    source: { name: 'billing', provider: provider.name, settings },
    ...storedBody(request, body),
  });
  const [interpreted, ...more] = interpretDelivery(provider, delivery, settings, parsed).events;
  expect(more).toEqual([]);
  expect(interpreted?.event).toMatchObject({ entity: 'unrecognized', reason: 'not-understood' });
  return interpreted?.event as GatepostEvent;
};
