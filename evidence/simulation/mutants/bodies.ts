import type { Mutant } from './mutant.ts';

/** Mistakes in what lies in the bucket. */
export const BODY_MUTANTS: readonly Mutant[] = [
  // ---- ingest
  {
    name: 'message-before-body',
    file: 'lambdas/ingest/receive.ts',
    from: 'await objects.put(key, bodyObject(delivery));',
    to: 'void objects.put(key, bodyObject(delivery)).catch(() => undefined);',
  },
  {
    name: 'body-not-put-ignored',
    file: 'lambdas/ingest/receive.ts',
    from: "throw new Rejection('intake-unavailable', 'PutObject to the bucket failed', { cause });",
    to: 'void cause;',
  },
  {
    name: 'large-body-in-message',
    file: 'lambdas/ingest/receive.ts',
    from: 'const parts = isLarge(delivery) ? undefined :',
    to: 'const parts = isLarge(delivery) && delivery.body === "" ? undefined :',
  },
  {
    name: 'body-of-any-delivery',
    file: 'lambdas/bodies/keys.ts',
    from: '{deliveryId}$',
    to: '{deliveryId.slice(0, 0)}$',
  },
  {
    name: 'chosen-forgotten',
    file: 'lambdas/core/delivery.ts',
    from: 'return writeJson({ ...referring, ...(chosen !== undefined && { chosen }) });',
    to: 'return writeJson({ ...referring, ...(chosen === null && { chosen }) });',
  },
  {
    name: 'chosen-is-first',
    file: 'lambdas/events/intake-parts.ts',
    from: 'chosen: own.map(({ number }) => number) }));',
    to: 'chosen: own.slice(0, 1).map(({ number }) => number) }));',
  },

  // ---- fan-out
  {
    name: 'unread-is-empty',
    file: 'lambdas/fan-out/interpret-messages.ts',
    from: 'part: () => delivery, unread: { cause } };',
    to: 'part: () => delivery, ...(cause === undefined && { unread: { cause } }) };',
  },
  {
    name: 'body-of-another-message',
    file: 'lambdas/fan-out/intake-messages.ts',
    from: 'if (stored.body === undefined) return stored.deliveryId;',
    to: 'if (stored.body === undefined) return stored.source.name;',
  },
  {
    name: 'event-before-data',
    file: 'lambdas/fan-out/send-wave.ts',
    from: 'const failures = await putObjects(new Set(sendings.map(({ message }) => message)), tools);',
    to: 'const failures = new Map<OutgoingMessage, Failure>();\n  void putObjects(new Set(sendings.map(({ message }) => message)), tools);',
  },
  {
    name: 'data-not-put-ignored',
    file: 'lambdas/fan-out/send-wave.ts',
    from: '.catch((error: unknown) => failures.set(message, new Failure(error)));',
    to: '.catch(() => undefined);',
  },
  {
    name: 'data-of-any-event',
    file: 'lambdas/bodies/keys.ts',
    from: '{eventKey}/$',
    to: '{eventKey.slice(0, 0)}/$',
  },
  {
    name: 'data-of-any-delivery',
    file: 'lambdas/fan-out/message.ts',
    from: 'envelope.id, delivery.deliveryId)',
    to: "envelope.id, '')",
  },
  {
    name: 'data-of-the-body',
    file: 'lambdas/fan-out/message.ts',
    from: 'const bytes = Buffer.from(writeJson(event.data));',
    to: 'const { bytes } = bodyObject(delivery);',
  },
  {
    name: 'large-event-in-message',
    file: 'lambdas/fan-out/message.ts',
    from: 'if (fits(message)) return message;\n  if',
    to: 'if (fits(message) || event.datacontenttype === JSON_TYPE) return message;\n  if',
  },
  {
    name: 'large-event-not-understood',
    file: 'lambdas/fan-out/message.ts',
    from: 'return fits(referring) ? referring : bodyMessage',
    to: 'return !fits(referring) ? referring : bodyMessage',
  },
  {
    name: 'refers-to-the-large',
    file: 'lambdas/fan-out/message.ts',
    from: 'if (fits(compressed)) return compressed;',
    to: 'if (fits(compressed) || event.id !== "") return compressed;',
  },

  // ---- event log
  {
    name: 'item-before-body',
    file: 'lambdas/event-log/claim.ts',
    from: 'await objects.put(key, object, signal);',
    to: 'void objects.put(key, object, signal).catch(() => undefined);',
  },
  {
    name: 'large-body-in-item',
    file: 'lambdas/event-log/claim.ts',
    from: 'if (packed.length <= MAX_LOGGED_BYTES) return',
    to: 'if (packed.length <= 64 * MAX_LOGGED_BYTES) return',
  },
  {
    name: 'item-has-the-whole-body',
    file: 'lambdas/events/interpretation.ts',
    from: 'return { ...whole, body: write(',
    to: 'return { ...delivery, body: write(',
  },
  {
    name: 'item-has-any-part',
    file: 'lambdas/event-log/claim.ts',
    from: 'bodyKey(source.name, deliveryId, items?.[0])',
    to: 'bodyKey(source.name, deliveryId, items?.length)',
  },
];
