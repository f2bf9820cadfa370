import type { Mutant } from './mutant.ts';

/** Mistakes in what tells repeats, conflicts and refusals apart. */
export const REPEAT_MUTANTS: readonly Mutant[] = [
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
    from: 'const message = write({ ...event.event, id: claim.key }, part',
    to: 'const message = write(event.event, part',
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
    from: 'if (consumer === undefined) return await sendRefused(sending, error, tools);',
    to: 'if (consumer === undefined) return { queue, event: message.event };',
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
];
