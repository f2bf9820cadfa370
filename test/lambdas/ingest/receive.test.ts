import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { type Delivery, MAX_INLINE_BYTES } from '../../../lambdas/core/delivery.ts';
import { digest } from '../../../lambdas/core/digest.ts';
import { Rejection } from '../../../lambdas/core/rejection.ts';
import { MAX_BODY_BYTES, type WebhookRequest } from '../../../lambdas/core/request.ts';
import type { IntakePart } from '../../../lambdas/events/intake-parts.ts';
import { interpretDelivery } from '../../../lambdas/events/interpretation.ts';
import { groupOf } from '../../../lambdas/events/message-group.ts';
import { type IngestContext, receive } from '../../../lambdas/ingest/receive.ts';
import { sourceAddresses } from '../../../lambdas/ingest/source-addresses.ts';
import type { Provider, ProviderEvent, Verdict } from '../../../lambdas/providers/provider.ts';
import type { CommonSettings } from '../../../lambdas/providers/shared/common-settings.ts';
import { aRequest, RECEIVED_AT } from '../support/deliveries.ts';
import { objectsInMemory } from '../support/objects.ts';
import { reasonOf } from '../support/rejections.ts';
import { utf8Text } from '../support/text.ts';

const DAY = 24 * 60 * 60;

interface Door {
  readonly verdict?: Verdict | Error;
  readonly interpret?: Provider<CommonSettings>['interpret'];
  readonly settings?: CommonSettings;
  readonly keptHeaders?: readonly string[];
  readonly store?: () => Promise<void>;
}

const anEvent: ProviderEvent = { name: 'ContactCreated', identity: ['1'], entityId: '7', data: {} };

/** A source's door whose provider takes everything, unless it is told otherwise; and what went on at it. */
const setUp = ({
  verdict = { outcome: 'accepted' },
  interpret = () => [anEvent],
  settings = {},
  keptHeaders,
  store = async () => undefined,
}: Door = {}) => {
  const steps: string[] = [];
  const stored: IntakePart[] = [];
  const provider: Provider<CommonSettings> = {
    name: 'altoviz',
    settings: v.any(),
    secret: { fault: () => undefined },
    retries: undefined,
    catalogue: () => ({ ContactCreated: 'contact.created' }),
    authenticate: async (request, given, secrets) => {
      steps.push('authenticate');
      expect(given).toBe(settings);
      expect(await secrets(() => true)).toBe(true);
      expect(request.body).toBeInstanceOf(Buffer);
      if (verdict instanceof Error) throw verdict;
      return verdict;
    },
    interpret: (...content) => {
      steps.push('interpret');
      return interpret(...content);
    },
    ...(keptHeaders !== undefined && { keptHeaders: () => keptHeaders }),
  };
  const gate = {
    provider,
    source: { name: 'billing', provider: 'altoviz', settings },
    admits: sourceAddresses(settings.sourceIps),
    secrets: async () => true,
    objects: objectsInMemory(),
    store: async (parts) => {
      steps.push('store');
      await store();
      stored.push(...parts);
    },
  } satisfies IngestContext<CommonSettings>;
  return { gate, steps, stored, provider, receive: (request: WebhookRequest) => receive(request, gate) };
};

describe('a genuine delivery', () => {
  test('is verified, then stored, then answered', async () => {
    const { receive, steps, stored } = setUp({ verdict: { outcome: 'accepted', findings: { a: 'b' } } });
    const started = performance.now();
    const receipt = await receive(aRequest('{"a":1}'));
    expect(receipt.verifyMs).toBeLessThanOrEqual(performance.now() - started);
    expect(steps).toEqual(['authenticate', 'interpret', 'store']);
    expect(receipt).toMatchObject({
      outcome: 'accepted',
      findings: { a: 'b' },
      events: [{ entity: 'contact' }],
    });
    expect(receipt.verifyMs).toBeGreaterThanOrEqual(0);
    expect(stored[0]?.delivery).toEqual({
      deliveryId: receipt.deliveryId,
      source: { name: 'billing', provider: 'altoviz', settings: {} },
      receivedAt: RECEIVED_AT.toISOString(),
      headers: {},
      path: {},
      body: '{"a":1}',
    });
  });

  test('is not answered before it is stored', async () => {
    let finish = () => {};
    const storing = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { receive } = setUp({ store: () => storing });
    let answered = false;
    const receiving = receive(aRequest()).then(() => {
      answered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(answered).toBe(false);
    finish();
    await receiving;
    expect(answered).toBe(true);
  });

  test('is stored as it came, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(utf8Text(200), async (body) => {
        const { receive, stored } = setUp();
        await receive(aRequest(body));
        expect(Buffer.from(stored[0]?.delivery.body ?? '')).toEqual(Buffer.from(body));
      }),
    );
  });

  test('has an id of its own each time', async () => {
    const { receive, stored } = setUp();
    await receive(aRequest());
    await receive(aRequest());
    const [first, second] = stored.map(({ delivery }) => delivery.deliveryId);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
  });

  test('keeps of its headers those that are needed to interpret it, and the path', async () => {
    const { receive, stored } = setUp({ keptHeaders: ['x-event', 'x-absent'] });
    await receive(
      aRequest('{}', {
        headers: { 'x-event': 'a', 'x-signature': 'secret', authorization: 'secret' },
        path: { event: 'task_created', absent: undefined },
      }),
    );
    expect(stored[0]?.delivery.headers).toStrictEqual({ 'x-event': 'a' });
    expect(stored[0]?.delivery.path).toStrictEqual({ event: 'task_created' });
    expect(JSON.stringify(stored)).not.toContain('secret');
  });
});

describe('nothing is stored', () => {
  test.each(['confirmed', 'unsubscribed', 'test'] as const)(
    'of what is %s: it ends here',
    async (outcome) => {
      const { receive, steps } = setUp({ verdict: { outcome, answer: { challenge: 'x' } } });
      const receipt = await receive(aRequest());
      expect(receipt).toMatchObject({ outcome, answer: { challenge: 'x' } });
      expect(receipt.events).toBeUndefined();
      expect(steps).toEqual(['authenticate']);
    },
  );

  test('of what is not genuine', async () => {
    const { receive, steps } = setUp({ verdict: new Rejection('signature-mismatch') });
    expect(await reasonOf(() => receive(aRequest()))).toBe('signature-mismatch');
    expect(steps).toEqual(['authenticate']);
  });

  test('of what could not be found out, even by a mistake of ours', async () => {
    const { receive, steps } = setUp({ verdict: new TypeError('undefined is not a function') });
    await expect(receive(aRequest())).rejects.toThrow(TypeError);
    expect(steps).toEqual(['authenticate']);
  });
});

test('what is genuine and no text is stored in base64', async () => {
  const { receive, stored } = setUp();
  await receive(aRequest(Buffer.of(0xff)));
  expect(stored).toMatchObject([{ delivery: { body: '/w==', bodyEncoding: 'base64' } }]);
});

describe('the size', () => {
  test('of half a MiB is taken, a byte more isn’t, and no signature is made over it', async () => {
    const { receive, steps } = setUp();
    await receive(aRequest('x'.repeat(MAX_BODY_BYTES)));
    expect(steps.splice(0)).toContain('store');
    expect(await reasonOf(() => receive(aRequest('x'.repeat(MAX_BODY_BYTES + 1))))).toBe('body-too-large');
    expect(await reasonOf(() => receive(aRequest('é'.repeat(MAX_BODY_BYTES / 2 + 1))))).toBe(
      'body-too-large',
    );
    expect(steps).toEqual([]);
  });
});

describe('the address', () => {
  const from = async (sourceIp: string, sourceIps: readonly string[] | undefined) => {
    const { receive, steps } = setUp({ settings: { sourceIps } });
    const reason = await reasonOf(() => receive(aRequest('{}', { sourceIp })));
    // A stranger is turned away before anything is looked at.
    expect(steps).toEqual(reason === undefined ? ['authenticate', 'interpret', 'store'] : []);
    return reason;
  };

  test('may be any where none is listed', async () => {
    expect(await from('198.51.100.4', undefined)).toBeUndefined();
    expect(await from('2001:db8::1', undefined)).toBeUndefined();
  });

  test.each([
    ['20.23.10.180', ['20.23.10.180', '20.23.10.181']],
    ['20.23.10.181', ['20.23.10.180', '20.23.10.181']],
    ['10.255.255.255', ['10.0.0.0/8']],
    ['10.1.2.3', ['10.1.2.99/24']],
    ['203.0.113.9', ['0.0.0.0/0']],
    ['2001:db8::ff', ['2001:db8::/120']],
    ['2001:DB8:0:0::ff', ['2001:db8::ff']],
  ])('%s is one of %j', async (address, listed) => {
    expect(await from(address, listed)).toBeUndefined();
  });

  test.each([
    ['20.23.10.182', ['20.23.10.180', '20.23.10.181']],
    ['11.0.0.0', ['10.0.0.0/8']],
    ['10.1.3.3', ['10.1.2.0/24']],
    ['2001:db8::1:0', ['2001:db8::/120']],
    ['2001:db8::1', ['0.0.0.0/0']],
    ['203.0.113.9', ['::1']],
    ['', ['20.23.10.180']],
    ['unknown', ['20.23.10.180']],
    ['20.23.10.180, 10.0.0.1', ['20.23.10.180']],
  ])('%s is none of %j', async (address, listed) => {
    expect(await from(address, listed)).toBe('address-not-allowed');
  });

  test('is looked at before the size, and both before the signature', async () => {
    const settings = { sourceIps: ['20.23.10.180'] };
    const { receive } = setUp({ settings, verdict: new Rejection('signature-mismatch') });
    const large = 'x'.repeat(MAX_BODY_BYTES + 1);
    expect(await reasonOf(() => receive(aRequest(large)))).toBe('address-not-allowed');
    const ours = { sourceIp: '20.23.10.180' };
    expect(await reasonOf(() => receive(aRequest(large, ours)))).toBe('body-too-large');
    expect(await reasonOf(() => receive(aRequest('{}', ours)))).toBe('signature-mismatch');
  });
});

describe('the message group', () => {
  test('is the one of its event, and there is a message for each of several', async () => {
    const second = { ...anEvent, identity: ['2'], entityId: '8' };
    const third = { ...anEvent, identity: ['3'] };
    const { receive, stored, provider } = setUp({ interpret: () => [anEvent, second, third] });
    const receipt = await receive(aRequest());
    const { events } = interpretDelivery(provider, stored[0]?.delivery as Delivery);
    const groups = events.map(({ event }) => groupOf(event));
    expect(stored.map(({ group }) => group)).toEqual(groups.slice(0, 2));
    expect(groups[2]).toBe(groups[0]);
    expect(receipt.events).toEqual(events.map(({ event }) => event));
  });

  test('has a part with its own items alone', async () => {
    const items = ['a', 'b', 'a', 'c'];
    const { gate, stored } = setUp();
    const provider: Provider<CommonSettings> = {
      ...gate.provider,
      interpret: ({ body }) =>
        (JSON.parse(body) as string[]).map((entityId, at) => ({
          ...anEvent,
          entityId,
          identity: [String(at)],
        })),
      cut: ({ body }) => {
        const all = JSON.parse(body) as string[];
        return (numbers) => JSON.stringify(numbers.map((number) => all[number]));
      },
    };
    await receive(aRequest(JSON.stringify(items)), { ...gate, provider });
    expect(stored.map(({ delivery }) => [delivery.body, delivery.items])).toEqual([
      ['["a","a"]', [0, 2]],
      ['["b"]', [1]],
      ['["c"]', [3]],
    ]);
    expect(new Set(stored.map(({ delivery }) => delivery.deliveryId)).size).toBe(1);
  });

  test('and object have the events alone that the source lets in', async () => {
    const settings = { events: ['contact.created'] };
    const { gate, stored } = setUp({ settings });
    const provider: Provider<CommonSettings> = {
      ...gate.provider,
      catalogue: () => ({ a: 'contact.created', b: 'contact.updated' }),
      interpret: ({ body, items }) =>
        (JSON.parse(body) as string[]).map((text, at) => ({
          ...anEvent,
          name: text.charAt(0),
          entityId: text.charAt(1),
          identity: [String(items?.[at] ?? at)],
        })),
      cut: ({ body }) => {
        const all = JSON.parse(body) as string[];
        return (numbers) => JSON.stringify(numbers.map((number) => all[number]));
      },
    };
    const send = async (body: readonly string[]) =>
      await receive(aRequest(JSON.stringify(body)), { ...gate, provider });

    const some = await send(['b1', 'a1', 'b2', 'a2', 'a1']);
    expect(stored.map(({ delivery, chosen }) => [delivery.body, delivery.items, chosen])).toEqual([
      ['["a1","a1"]', [1, 4], undefined],
      ['["a2"]', [3], undefined],
    ]);
    expect(some.outcome).toBe('accepted');
    expect(some.events).toHaveLength(3);
    expect(some.leftOut?.map(({ type }) => type)).toEqual([
      'altoviz.contact.updated',
      'altoviz.contact.updated',
    ]);

    stored.length = 0;
    const large = 'x'.repeat(MAX_INLINE_BYTES);
    await send(['b1', `a1${large}`, 'b2']);
    const [{ delivery, chosen } = {} as IntakePart, ...more] = stored;
    expect(more).toEqual([]);
    expect([delivery.items, chosen]).toEqual([[1], undefined]);
    const { bodyRef = '' } = delivery;
    expect(String(await gate.objects.get(bodyRef))).toBe(JSON.stringify([`a1${large}`]));

    stored.length = 0;
    const none = await send(['b1', `b2${large}`]);
    expect(none).toMatchObject({ outcome: 'ignored', deliveryId: expect.any(String) });
    expect(none.leftOut).toHaveLength(2);
    expect(none).not.toHaveProperty('events');
    expect(stored).toEqual([]);
    expect(gate.objects.kept.size).toBe(1);
  });

  test('is the body’s own where there is no event in it', async () => {
    const { receive, stored } = setUp({ interpret: () => [] });
    const receipt = await receive(aRequest('[]'));
    expect(stored[0]?.group).toBe(digest('[]'));
    expect(receipt.events).toEqual([]);
  });

  test('is the body’s own where nobody understands it: no such delivery waits for another', async () => {
    const { receive, stored } = setUp({
      interpret: () => {
        throw new Rejection('body-shape');
      },
    });
    await receive(aRequest('one'));
    await receive(aRequest('two'));
    await receive(aRequest('one'));
    const [one, two, again] = stored.map(({ group }) => group);
    expect(two).not.toBe(one);
    expect(again).toBe(one);
  });
});

test('an event is stored however old it is, since its own time proves nothing', async () => {
  const time = new Date(RECEIVED_AT.getTime() - 400 * DAY * 1000);
  const { receive, stored } = setUp({ interpret: () => [{ ...anEvent, time }] });
  await receive(aRequest());
  expect(stored).toHaveLength(1);
});

test('where a provider says what is signed, only that is stored', async () => {
  const { receive, stored } = setUp({ verdict: { outcome: 'accepted', body: '{"signed":1}' } });
  await receive(aRequest('{"signed":1,"added":2}'));
  expect(stored).toMatchObject([{ delivery: { body: '{"signed":1}' } }]);
});

test('what can’t be stored is not answered with success', async () => {
  const { receive } = setUp({
    store: async () => {
      throw new Rejection('intake-unavailable');
    },
  });
  expect(await reasonOf(() => receive(aRequest()))).toBe('intake-unavailable');
});
