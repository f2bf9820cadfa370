/** A mistake that somebody could make, put into the text of files: what the simulation has to find. */
export interface Mutant extends Edit {
  readonly name: string;
  /** What else is changed, where one mistake hides the other. */
  readonly also?: Edit;
}

export interface Edit {
  /** From the project's root. */
  readonly file: string;
  /** Stands once in the file. */
  readonly from: string;
  readonly to: string;
}

/** Fan-out would work until Lambda ends it. */
const NO_DEADLINE: Edit = {
  file: 'lambdas/fan-out/handler.ts',
  from: 'const time = deadline(() => context.getRemainingTimeInMillis());',
  to: 'const time = deadline(() => context.getRemainingTimeInMillis() * 1_000);',
};

export const MUTANTS: readonly Mutant[] = [
  // ---- both functions
  {
    name: 'early-time-out',
    file: 'lambdas/runtime/without-early-end.ts',
    from: 'timeoutEarlyInMillis: 0',
    to: 'timeoutEarlyInMillis: 5',
  },

  // ---- ingest
  {
    name: 'answer-before-store',
    file: 'lambdas/ingest/receive.ts',
    from: 'await store(',
    to: 'void store(',
  },
  {
    name: 'store-errors-ignored',
    file: 'lambdas/ingest/store.ts',
    from: "throw new Rejection('intake-unavailable', 'SendMessageBatch to the intake queue failed', { cause });",
    to: 'void cause;',
  },
  {
    name: 'part-not-taken-ignored',
    file: 'lambdas/ingest/store.ts',
    from: 'if (failed !== undefined) throw new Error(',
    to: 'if (failed === null) throw new Error(',
  },
  {
    name: 'only-first-part-stored',
    file: 'lambdas/ingest/receive.ts',
    from: 'await store(parts ??',
    to: 'await store(parts?.slice(0, 1) ??',
  },
  {
    name: 'only-first-ten-parts-stored',
    file: 'lambdas/ingest/store.ts',
    from: 'batches.slice(at, at + CONCURRENCY)',
    to: 'batches.slice(at, at + 1)',
  },
  {
    name: 'parts-in-group-of-first',
    file: 'lambdas/events/interpretation.ts',
    from: 'const one = { delivery: part(own), group };',
    to: 'const one = { delivery: part(own), group: groups.keys().next().value ?? group };',
  },
  {
    name: 'parts-in-group-of-next',
    file: 'lambdas/events/interpretation.ts',
    from: 'const one = { delivery: part(own), group };',
    to: 'const one = { delivery: part(own), group: group + parts.length };',
  },
  {
    name: 'parts-have-everything',
    file: 'lambdas/events/interpretation.ts',
    from: 'const one = { delivery: part(own), group };',
    to: 'const one = { delivery: { ...delivery, items: own.map(({ number }) => number) }, group };',
  },
  {
    name: 'whole-in-group-of-first',
    file: 'lambdas/events/interpretation.ts',
    from: 'if (groups.size < 2) return [wholePart(events, delivery)];\n  const parts',
    to: 'if (groups.size < 2 || events.length > 2) return [wholePart(events, delivery)];\n  const parts',
  },
  {
    name: 'not-understood-is-4xx',
    file: 'lambdas/providers/shared/understood.ts',
    from: 'if (error instanceof Rejection) return undefined;',
    to: '',
  },
  {
    name: 'too-many-taken-apart',
    file: 'lambdas/events/interpretation.ts',
    from: 'if (found.length > MAX_EVENTS)',
    to: 'if (found.length > 2 * MAX_EVENTS)',
  },
  {
    name: 'many-not-taken-apart',
    file: 'lambdas/events/interpretation.ts',
    from: 'if (found.length > MAX_EVENTS)',
    to: 'if (found.length > 50)',
  },
  {
    name: 'intake-without-deduplication',
    file: 'lambdas/ingest/store.ts',
    from: 'MessageDeduplicationId: deduplicationId,',
    to: '',
  },
  {
    name: 'intake-deduplicates-by-entity',
    file: 'lambdas/ingest/store.ts',
    from: 'MessageDeduplicationId: deduplicationId,',
    to: 'MessageDeduplicationId: group,',
  },
  {
    name: 'intake-without-group',
    file: 'lambdas/ingest/store.ts',
    from: 'MessageGroupId: group,',
    to: 'MessageGroupId: deduplicationId,',
  },
  {
    name: 'verified-never',
    file: 'lambdas/providers/shared/sns/receive.ts',
    from: 'await verify(envelope);',
    to: 'verify(envelope).catch(() => undefined);',
  },
  {
    name: 'confirmed-before-verified',
    file: 'lambdas/providers/shared/sns/receive.ts',
    from: 'await verify(envelope);',
    to: "if (envelope.Type === 'SubscriptionConfirmation') await confirm(envelope);\n    await verify(envelope);",
  },
  {
    name: 'confirmed-without-asking',
    file: 'lambdas/providers/shared/sns/confirm-subscription.ts',
    from: 'if (status !== 200)',
    to: 'if (status === 400)',
  },
  {
    name: 'topic-of-anybody',
    file: 'lambdas/providers/ivvy/topic.ts',
    from: 'if (owner !== settings.topicOwner)',
    to: "if (owner === '')",
  },
  {
    name: 'missing-certificate-is-4xx',
    file: 'lambdas/core/rejection.ts',
    from: "'certificate-unavailable': 503,",
    to: "'certificate-unavailable': 403,",
  },
  {
    name: 'nonsense-certificate-kept',
    file: 'lambdas/providers/shared/sns/signature.ts',
    from: 'if (isUnreadable(cause)) certificates.generation = generation + 1;',
    to: 'void isUnreadable;',
  },
  {
    name: 'missing-key-kept',
    file: 'lambdas/providers/ivvy/inner-signature.ts',
    from: '(key === undefined ? RETRY_KEY_MS : KEEP_KEY_MS)',
    to: 'KEEP_KEY_MS + 0 * RETRY_KEY_MS',
  },
  {
    name: 'secret-never-asked-again',
    file: 'lambdas/ingest/secrets.ts',
    from: 'const again = await versions(RECHECK_MS);',
    to: 'const again = await versions(FRESH_MS);',
  },
  {
    name: 'secret-unknown-is-4xx',
    file: 'lambdas/ingest/secrets.ts',
    from: 'if (unavailable !== undefined) throw unavailable;',
    to: '',
  },
  {
    name: 'clock-set-back-stops-asking',
    file: 'lambdas/ingest/secrets.ts',
    from: 'now() >= at && now() - at < ms',
    to: 'now() - at < ms',
  },
  {
    name: 'secret-of-before-for-ever',
    file: 'lambdas/ingest/secrets.ts',
    from: 'previous !== undefined && inGrace',
    to: '(inGrace || true) && previous !== undefined',
  },
  {
    name: 'secret-of-before-never',
    file: 'lambdas/ingest/secrets.ts',
    from: 'previous !== undefined && inGrace',
    to: 'previous !== undefined && inGrace && false',
  },
  {
    name: 'rejection-not-logged',
    file: 'lambdas/ingest/answer-rejections.ts',
    from: "failed ? logLine('ERROR', 'failed', { ...line, cause }) : logLine('WARN', 'rejected', line),",
    to: "...(failed ? [logLine('ERROR', 'failed', { ...line, cause })] : []),",
  },

  // ---- fan-out
  {
    // What is left over of it goes on with the next event, minutes later.
    name: 'early-time-out-without-deadline',
    file: 'lambdas/fan-out/handler.ts',
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
    to: 'const early = groups.map(([{ event, message }]) => toMessage(event.event, message.part([event])));\n    await sendByQueue(early, tools.queues, tools.deadline);\n    await claimAhead(groups, claims, tools);',
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
    file: 'lambdas/fan-out/handler.ts',
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
    from: '`progress/${digest(deliveryId, group)}`',
    to: '`progress/${digest(deliveryId, group.slice(0, 0))}`',
  },

  // ---- repeats and conflicts
  {
    name: 'conflict-is-duplicate',
    file: 'lambdas/event-log/claim.ts',
    from: 'if (!isSame) {',
    to: "if (!isSame && held.content === '') {",
  },
  {
    name: 'first-is-not-kept',
    file: 'lambdas/event-log/claim.ts',
    from: 'if (key !== id) await keepFirst(',
    to: "if (key === '') await keepFirst(",
  },
  {
    name: 'newest-of-all',
    file: 'lambdas/event-log/claim.ts',
    from: 'newest !== undefined && receivedAt >= newest.receivedAt',
    to: "newest !== undefined && receivedAt !== ''",
  },
  {
    name: 'conflict-sent-under-its-id',
    file: 'lambdas/fan-out/send-wave.ts',
    from: 'return write({ ...event.event, id: claim.key }, message',
    to: 'return write(event.event, message',
  },
  {
    name: 'conflict-not-counted',
    file: 'lambdas/fan-out/route.ts',
    from: 'if (result.isConflict) conflicts.push(sent);',
    to: "if (result.isConflict && sent.id === '') conflicts.push(sent);",
  },
  {
    name: 'volatile-is-said',
    file: 'lambdas/providers/shared/located-event.ts',
    from: 'if (volatile.length === 0) return content;',
    to: 'if (volatile.length >= 0) return content;',
  },
  {
    name: 'repeat-window-ignored',
    file: 'lambdas/event-log/claim.ts',
    from: 'if (repeatWindow === undefined || retry !== undefined) return true;',
    to: 'if (repeatWindow !== 0 || retry !== undefined) return true;',
  },
  {
    name: 'repeat-window-for-ids',
    file: 'lambdas/events/interpretation.ts',
    from: '...(each.isContentId === true && { repeatWindow: window }),',
    to: 'repeatWindow: window,',
  },
  {
    name: 'no-repeats-without-id',
    file: 'lambdas/event-log/claim.ts',
    from: '<= repeatWindow * 1000;',
    to: '<= repeatWindow * 0;',
  },

  // ---- what is never taken
  {
    name: 'refusal-waits',
    file: 'lambdas/fan-out/refusal.ts',
    from: 'Error.isError(error) && REFUSALS.has(error.name);',
    to: "Error.isError(error) && REFUSALS.has('') && error.name === '';",
  },
  {
    name: 'refused-item-waits',
    file: 'lambdas/fan-out/claim-ahead.ts',
    from: 'if (!isRefusal(error)) return new Failure(error);',
    to: 'if (isRefusal(error) || error !== undefined) return new Failure(error);',
  },
  {
    name: 'refused-is-dropped',
    file: 'lambdas/fan-out/send-wave.ts',
    from: 'isRefusal(error) ? await sendRefused(message, tools) : new Failure(error)',
    to: 'isRefusal(error) && sendRefused.length > 0 ? message : new Failure(error)',
  },
  {
    name: 'refused-call-refuses-all',
    file: 'lambdas/fan-out/queues.ts',
    from: 'if (isRefusal(error) && batch.length > 1)',
    to: 'if (isRefusal(error) && batch.length > 10)',
  },
  {
    name: 'throttling-is-refusal',
    file: 'lambdas/fan-out/refusal.ts',
    from: "'ValidationException',",
    to: "'ValidationException',\n  'ThrottlingException',\n  'RequestThrottled',",
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
];

/** @throws {Error} that names those there are. */
export const mutantNamed = (name: string): Mutant => {
  const found = MUTANTS.find((mutant) => mutant.name === name);
  if (found !== undefined) return found;
  throw new Error(
    `there is no mutant "${name}"; these are: ${MUTANTS.map((mutant) => mutant.name).join(', ')}`,
  );
};
