import type { Edit, Mutant } from './mutant.ts';

/** Fan-out would work until Lambda ends it. */
const NO_DEADLINE: Edit = {
  file: 'lambdas/fan-out/fan-out.ts',
  from: 'const time = deadline(() => context.getRemainingTimeInMillis());',
  to: 'const time = deadline(() => context.getRemainingTimeInMillis() * 1_000);',
};

/** Mistakes in what claims and sends, and in its times. */
export const FAN_OUT_MUTANTS: readonly Mutant[] = [
  // ---- both functions
  {
    name: 'early-time-out',
    file: 'lambdas/runtime/without-early-end.ts',
    from: 'timeoutEarlyInMillis: 0',
    to: 'timeoutEarlyInMillis: 5',
  },

  // ---- fan-out
  {
    // What is left over of it goes on with the next event, minutes later.
    name: 'early-time-out-without-deadline',
    file: 'lambdas/fan-out/fan-out.ts',
    from: 'middy<SQSEvent, SQSBatchResponse>(WITHOUT_EARLY_END)',
    to: 'middy<SQSEvent, SQSBatchResponse>({ ...WITHOUT_EARLY_END, timeoutEarlyInMillis: 5 })',
    also: NO_DEADLINE,
  },
  {
    name: 'no-deadline',
    ...NO_DEADLINE,
  },
  {
    name: 'claim-without-delivery-id',
    file: 'lambdas/event-log/claim.ts',
    from: 'held.deliveryId === delivery.deliveryId',
    to: "held.deliveryId === ''",
  },
  {
    name: 'claim-never-refused',
    file: 'lambdas/event-log/claim.ts',
    from: "ConditionExpression: 'attribute_not_exists(#key) OR #expiresAt < :now',",
    to: "ConditionExpression: 'attribute_not_exists(#key) OR #expiresAt >= :now',",
  },
  {
    name: 'claim-failed-is-duplicate',
    file: 'lambdas/fan-out/claim-ahead.ts',
    from: 'if (!isRefusal(error)) return new Failure(error);',
    to: "if (!isRefusal(error)) return { outcome: 'duplicate', key: event.event.id, isConflict: false };",
  },
  {
    name: 'send-before-claim',
    file: 'lambdas/fan-out/route.ts',
    from: 'await claimAhead(groups, claims, tools);',
    to: [
      "const early = groups.map(([next]) => [next, { outcome: 'claimed', key: next.event.event.id, isConflict: false }]);",
      'await sendWave(early.map(([next]) => next), new Map(early), tools);',
      'await claimAhead(groups, claims, tools);',
    ].join('\n'),
  },
  {
    name: 'failed-entry-acknowledged',
    file: 'lambdas/fan-out/queues.ts',
    from: 'return failure === undefined ? [] : [{ message, error: new NotTaken(failure) }];',
    to: 'return failure === undefined || message === undefined ? [] : [];',
  },
  {
    name: 'failed-call-acknowledged',
    file: 'lambdas/fan-out/queues.ts',
    from: 'return batch.map((message) => ({ message, error }));',
    to: 'return [];',
  },
  {
    name: 'failures-not-reported',
    file: 'lambdas/fan-out/fan-out.ts',
    from: 'return { batchItemFailures: [...failed.keys()].map((itemIdentifier) => ({ itemIdentifier })) };',
    to: 'return { batchItemFailures: [] };',
  },
  {
    name: 'entity-queue-without-deduplication',
    file: 'lambdas/fan-out/message.ts',
    from: 'MessageDeduplicationId: event.id,',
    to: 'MessageDeduplicationId: globalThis.crypto.randomUUID(),',
  },
  {
    name: 'entity-queue-without-group',
    file: 'lambdas/fan-out/message.ts',
    from: 'MessageGroupId: groupOf(event),',
    to: 'MessageGroupId: event.id,',
  },
  {
    name: 'later-events-overtake',
    file: 'lambdas/fan-out/route.ts',
    from: 'for (const step of group) failed.set(step.message.messageId, result.cause);\n        return [];',
    to: 'failed.set(message.messageId, result.cause);\n        return isFilled(later) ? [later] : [];',
  },
  {
    name: 'group-in-one-wave',
    file: 'lambdas/fan-out/route.ts',
    from: 'let groups = stepsByGroup(batch, before, failed);',
    to: 'let groups = stepsByGroup(batch, before, failed).flatMap((steps) => steps.map((step): Filled<Step> => [step]));',
  },

  // ---- several events in one delivery
  {
    name: 'progress-not-read',
    file: 'lambdas/fan-out/progress-notes.ts',
    from: '.filter(({ events }) => events.length > 1)',
    to: '.filter(({ events }) => events.length > 1_000_000)',
  },
  {
    name: 'progress-not-written',
    file: 'lambdas/fan-out/progress-notes.ts',
    from: 'if (!failed.has(messageId) || events.length < 2 || count === (before.get(messageId) ?? 0)) return;',
    to: 'if (!failed.has(messageId) || events.length < 2 || count >= 0) return;',
  },
  {
    name: 'progress-one-too-far',
    file: 'lambdas/fan-out/progress-notes.ts',
    from: '.write(delivery.deliveryId, group, count, signal)',
    to: '.write(delivery.deliveryId, group, count + 1, signal)',
  },
  {
    name: 'progress-of-what-failed',
    file: 'lambdas/fan-out/route.ts',
    from: 'if (result instanceof Failure) {',
    to: 'if (result instanceof Failure) {\n        done.set(message.messageId, (done.get(message.messageId) ?? 0) + 1);',
  },
  {
    name: 'progress-of-any-part',
    file: 'lambdas/event-log/schema.ts',
    from: '{digest(deliveryId, group)}',
    to: '{digest(deliveryId, group.slice(0, 0))}',
  },

  // ---- times
  {
    name: 'visibility-beyond-deduplication',
    file: 'lib/intake-times.ts',
    from: 'export const VISIBILITY_SECONDS = 6 * FAN_OUT_TIMEOUT_SECONDS;',
    to: 'export const VISIBILITY_SECONDS = 12 * FAN_OUT_TIMEOUT_SECONDS;',
  },
  {
    name: 'visibility-up-to-deduplication',
    file: 'lib/intake-times.ts',
    from: 'export const MAX_VISIBILITY_SECONDS = DEDUPLICATION_SECONDS - 2 * FAN_OUT_TIMEOUT_SECONDS;',
    to: 'export const MAX_VISIBILITY_SECONDS = DEDUPLICATION_SECONDS - 1;',
  },

  // ---- several queues
  {
    name: 'sent-not-noted',
    file: 'lambdas/fan-out/send-wave.ts',
    from: 'const signal = there.length === 0 ? undefined : deadline.note();',
    to: 'const signal = deadline === undefined ? deadline : undefined;',
  },
  {
    name: 'sent-note-not-read',
    file: 'lambdas/fan-out/send-wave.ts',
    from: 'claim.sentTo?.has(queue) !== true',
    to: "queue !== ''",
  },
  {
    name: 'one-queue-alone',
    file: 'lambdas/fan-out/send-wave.ts',
    from: '.map((to) => ({ message, to, sentTo: claim.sentTo, tries }));',
    to: '.map((to) => ({ message, to, sentTo: claim.sentTo, tries })).slice(0, 2);',
  },
  {
    name: 'consumer-failure-is-done',
    file: 'lambdas/fan-out/send-wave.ts',
    from: 'if (!isFinal) return new Failure(error);',
    to: 'if (!isFinal) return consumer === undefined ? new Failure(error) : { queue, event: message.event };',
  },
];
