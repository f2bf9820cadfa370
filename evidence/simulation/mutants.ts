/** A mistake that somebody could make, put into the text of a file: what the simulation has to find. */
export interface Mutant {
  readonly name: string;
  /** From the project's root. */
  readonly file: string;
  /** Stands once in the file. */
  readonly from: string;
  readonly to: string;
}

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
    from: "throw new Rejection('intake-unavailable', 'SendMessage to the intake queue failed', { cause });",
    to: 'void cause;',
  },
  {
    name: 'intake-without-deduplication',
    file: 'lambdas/ingest/store.ts',
    from: 'MessageDeduplicationId: delivery.deliveryId,',
    to: '',
  },
  {
    name: 'intake-deduplicates-by-entity',
    file: 'lambdas/ingest/store.ts',
    from: 'MessageDeduplicationId: delivery.deliveryId,',
    to: 'MessageDeduplicationId: group,',
  },
  {
    name: 'intake-without-group',
    file: 'lambdas/ingest/store.ts',
    from: 'MessageGroupId: group,',
    to: 'MessageGroupId: delivery.deliveryId,',
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
    name: 'claim-without-delivery-id',
    file: 'lambdas/event-log/claim.ts',
    from: 'attribute_exists(#key) AND ',
    to: 'attribute_exists(#key) OR ',
  },
  {
    name: 'claim-never-refused',
    file: 'lambdas/event-log/claim.ts',
    from: "ConditionExpression: 'attribute_not_exists(#key) OR #expiresAt < :now',",
    to: "ConditionExpression: 'attribute_not_exists(#key) OR #expiresAt >= :now',",
  },
  {
    name: 'claim-failed-is-duplicate',
    file: 'lambdas/fan-out/route.ts',
    from: 'log.claim(event, delivery).catch((error: unknown) => new Failure(error)),',
    to: "log.claim(event, delivery).catch((): 'duplicate' | Failure => 'duplicate'),",
  },
  {
    name: 'send-before-claim',
    file: 'lambdas/fan-out/route.ts',
    from: '  const claims = await Promise.all(\n    wave.map(({ event, delivery }) =>',
    to: '  await sendByQueue(wave.map(({ event, delivery }) => toMessage(event, delivery)), queues);\n  const claims = await Promise.all(\n    wave.map(({ event, delivery }) =>',
  },
  {
    name: 'failed-entry-acknowledged',
    file: 'lambdas/fan-out/queues.ts',
    from: 'return batch.filter((_, index) => failed.has(String(index)));',
    to: 'return batch.filter(() => failed.has(NaN.toString()));',
  },
  {
    name: 'failed-call-acknowledged',
    file: 'lambdas/fan-out/route.ts',
    from: 'for (const message of sending) unsent.set(message, new Failure(error));',
    to: 'void error;',
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
    from: 'for (const { messageId } of group) failed.set(messageId, result.cause);\n        return [];',
    to: 'failed.set(group[0].messageId, result.cause);\n        return isFilled(later) ? [later] : [];',
  },
  {
    name: 'group-in-one-wave',
    file: 'lambdas/fan-out/route.ts',
    from: 'let groups = stepsByGroup(batch);',
    to: 'let groups = stepsByGroup(batch).flatMap((steps) => steps.map((step): Filled<Step> => [step]));',
  },
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
