import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { readDelivery, writeDelivery } from '../../../../lambdas/core/delivery.ts';
import { parseSettings } from '../../../../lambdas/core/source.ts';
import { interpretDelivery } from '../../../../lambdas/events/interpretation.ts';
import { deadline } from '../../../../lambdas/fan-out/deadline.ts';
import { interpretMessages } from '../../../../lambdas/fan-out/interpret-messages.ts';
import { createIngest } from '../../../../lambdas/ingest/handler.ts';
import { providerNamed } from '../../../../lambdas/providers/index.ts';
import { inTodaysForm, isFormerForm } from '../../../../lambdas/providers/shared/former-settings.ts';
import { token } from '../../../../lambdas/providers/token/token.ts';
import { openSource } from '../../../../lambdas/rejected/gates.ts';
import { aDelivery } from '../../support/deliveries.ts';
import { objectsInMemory } from '../../support/objects.ts';

const CATALOGUE = { 'ticket.made': 'ticket.created' };

/** What version 0.1.0 stored with a delivery. */
const FORMER = {
  name: 'acme',
  header: 'x-signature',
  eventName: 'body:type',
  eventId: 'body:id',
  events: CATALOGUE,
  testEvents: [],
  rotationGrace: 604_800,
};

const STORED = aDelivery({
  source: { name: 'desk', provider: 'hmac', settings: FORMER },
  body: '{"type":"ticket.made","id":"1"}',
});

const EXPECTED = { type: 'acme.ticket.created', entity: 'ticket', providertype: 'ticket.made' };

describe('settings in which the catalogue is called events', () => {
  test('are brought into today’s form, and any others are left alone', () => {
    const { events: _, ...rest } = FORMER;
    expect(inTodaysForm(FORMER)).toEqual({ ...rest, catalogue: CATALOGUE });
    for (const settings of [{ events: ['company.*'] }, { catalogue: CATALOGUE }, {}, undefined, null, 'x']) {
      expect(isFormerForm(settings)).toBe(false);
      expect(inTodaysForm(settings)).toBe(settings);
    }
    expect(isFormerForm({ events: null })).toBe(false);
  });

  test('interpret the delivery that they were stored with, for a replay or the console', () => {
    const [interpreted, ...more] = interpretDelivery(providerNamed('hmac'), STORED).events;
    expect(more).toEqual([]);
    expect(interpreted?.cause).toBeUndefined();
    expect(interpreted?.event).toMatchObject(EXPECTED);
  });

  test('interpret a message that waited in intake over the update', async () => {
    const message = {
      messageId: '1',
      group: 'g',
      stored: readDelivery(writeDelivery(STORED)),
    } as Parameters<typeof interpretMessages>[0][number];
    const time = deadline(() => 30_000);
    const [received] = await interpretMessages(
      [message],
      { entities: new Set(['ticket']), routes: () => [{ queue: 'ticket' }] },
      objectsInMemory(),
      time,
    );
    expect(received?.events.map(({ event }) => event)).toMatchObject([EXPECTED]);
  });

  test('open the source for rejected deliveries', () => {
    const { source } = openSource(STORED.source, async () => {
      throw new Error('no secret is needed');
    });
    expect(source.settings).toMatchObject({ catalogue: CATALOGUE });
    expect(source.settings).not.toHaveProperty('events');
  });

  describe('of a function whose environment is updated after its code', () => {
    const before = { ...process.env };
    afterEach(() => {
      process.env = before;
      jest.restoreAllMocks();
    });

    test('start it', () => {
      const { header: _, ...settings } = { ...FORMER, token: 'header:x-token' };
      Object.assign(process.env, {
        SOURCE: JSON.stringify({ name: 'desk', provider: 'token', settings }),
        INTAKE_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/intake.fifo',
        BODIES_BUCKET: 'bodies',
        SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:gatepost/desk',
      });
      const secretVersions = () => async () => ({ current: 'x', rotatedAt: new Date(0) });
      expect(() => createIngest(token, { secretVersions: secretVersions as never })).not.toThrow();
    });
  });

  test('are refused where settings are written', () => {
    expect(() => parseSettings(providerNamed('hmac').settings, 'desk', FORMER)).toThrow('Source "desk": ');
  });
});
