import type { Mutant } from './mutant.ts';

/** Mistakes in what keeps what was refused, and takes it back. */
export const REJECTED_MUTANTS: readonly Mutant[] = [
  // ---- kept
  {
    name: 'only-401-is-kept',
    file: 'lambdas/core/rejection.ts',
    from: "status === 400 || status === 401 || status === 403 || reason === 'secret-unset';",
    to: 'status === 401;',
  },
  {
    name: 'secret-unset-is-not-kept',
    file: 'lambdas/core/rejection.ts',
    from: "|| reason === 'secret-unset';",
    to: "|| reason === 'internal-error';",
  },
  {
    name: 'flood-is-handed-over',
    file: 'lambdas/ingest/keep.ts',
    from: 'const A_MINUTE = 6;',
    to: 'const A_MINUTE = 600;',
  },
  {
    name: 'not-kept-is-not-said',
    file: 'lambdas/ingest/answer-rejections.ts',
    from: '...(notKept !== undefined && { notKept }),',
    to: '',
  },
  {
    name: 'secret-is-kept',
    file: 'lambdas/ingest/keep.ts',
    from: 'const { headers, url, path, hashed } = await hideKnownSecrets(byPlace, secrets);',
    to: 'const { url, path, hashed } = await hideKnownSecrets(byPlace, secrets);\n      const { headers } = request;',
  },
  {
    name: 'signed-is-like-forged',
    file: 'lambdas/event-log/schema.ts',
    from: 'isSigned ? REJECTED.signed : REJECTED.unsigned}',
    to: 'isSigned ? REJECTED.unsigned : REJECTED.unsigned}',
  },
  {
    name: 'quota-ignored',
    file: 'lambdas/event-log/rejected-quota.ts',
    from: "':most': { N: String(QUOTA) },",
    to: "':most': { N: String(100 * QUOTA) },",
  },
  {
    name: 'quota-taken-with-each-try',
    file: 'lambdas/event-log/rejected-quota.ts',
    from: '(#count < :most AND #last <> :id)',
    to: '(#count < :most AND (#last <> :id OR #last <> :one))',
  },
  {
    name: 'quota-for-ever',
    file: 'lambdas/event-log/schema.ts',
    from: "at.slice(0, 'YYYY-MM-DD'.length)",
    to: "at.slice(0, 'YYYY'.length)",
  },
  {
    name: 'kept-before-its-body',
    file: 'lambdas/event-log/keep-rejected.ts',
    from: 'if (isLarge) await objects.put(',
    to: 'if (isLarge) void objects.put(',
  },
  {
    name: 'over-quota-not-said',
    file: 'lambdas/rejected/keep-handler.ts',
    from: 'notKept: keeping, ...facts',
    to: '...facts',
  },
  {
    name: 'keeping-failed-is-done',
    file: 'lambdas/rejected/keep-handler.ts',
    from: 'return isLost;',
    to: 'return isLost || true;',
  },

  // ---- taken back
  {
    name: 'retry-by-todays-clock',
    file: 'lambdas/core/rejected-request.ts',
    from: 'receivedAt: new Date(kept.receivedAt),',
    to: 'receivedAt: new Date(Date.now()),',
  },
  {
    name: 'retry-from-anywhere',
    file: 'lambdas/rejected/gates.ts',
    from: 'admits: sourceAddresses(settings.sourceIps),',
    to: 'admits: () => true,',
  },
  {
    name: 'retry-by-old-secrets',
    file: 'lambdas/rejected/tools.ts',
    from: 'return source && openSource(source, load);',
    to: [
      'if (source === undefined) return undefined;',
      'const { gates } = Object.assign(load, { gates: (load as any).gates ?? new Map() });',
      'if (!gates.has(name)) gates.set(name, openSource(source, load));',
      'return gates.get(name);',
    ].join('\n'),
  },
  {
    name: 'retry-within-repeat-window',
    file: 'lambdas/event-log/claim.ts',
    from: 'if (repeatWindow === undefined || retry !== undefined) return true;',
    to: 'if (repeatWindow === undefined || retry?.of === "") return true;',
  },
  {
    name: 'retry-has-a-key-of-its-own',
    file: 'lambdas/events/interpretation.ts',
    from: 'digest(...identity)',
    to: "digest(...identity, delivery.retry?.of ?? '')",
  },
  {
    name: 'retry-is-not-verified',
    file: 'lambdas/rejected/retry.ts',
    from: 'provider: gate.provider(isTrial),',
    to: "provider: { ...gate.provider(isTrial), authenticate: async () => ({ outcome: 'accepted' as const }) },",
  },
  {
    name: 'retry-in-any-order',
    file: 'lambdas/rejected/retry.ts',
    from: '.filter((one) => one !== undefined).sort(byReceipt)',
    to: '.filter((one) => one !== undefined)',
  },
  {
    name: 'retry-overtakes',
    file: 'lambdas/rejected/retry.ts',
    from: "if (retrial.outcome === 'failed' || retrial.outcome === 'not-tried') blocked.add(source);",
    to: "if (retrial.outcome === 'not-tried') blocked.add(source);",
  },
  {
    name: 'trial-stores',
    file: 'lambdas/rejected/retry.ts',
    from: 'store: isTrial ? async () => undefined : store,',
    to: 'store,',
  },
  {
    name: 'trial-confirms',
    file: 'lambdas/rejected/gates.ts',
    from: '(isTrial ? HARMLESS : VERIFYING)[source.provider]',
    to: '(isTrial ? VERIFYING : VERIFYING)[source.provider]',
  },
  {
    name: 'retry-never-confirms',
    file: 'lambdas/rejected/gates.ts',
    from: '(isTrial ? HARMLESS : VERIFYING)[source.provider]',
    to: '(isTrial ? HARMLESS : HARMLESS)[source.provider]',
  },
  {
    name: 'retry-said-before-stored',
    file: 'lambdas/ingest/receive.ts',
    from: 'await store(parts ??',
    to: 'if (context.retry !== undefined) store(parts ?? []).catch(() => undefined);\n  else await store(parts ??',
  },
  {
    name: 'retry-not-noted',
    file: 'lambdas/rejected/retry.ts',
    from: "retried !== undefined && retried.outcome !== 'refused';",
    to: "retried?.outcome === 'confirmed';",
  },
  {
    name: 'unavailable-is-refused',
    file: 'lambdas/rejected/retry.ts',
    from: "status !== 503 || reason === 'confirmation-failed'",
    to: "status !== 501 || reason === 'confirmation-failed'",
  },
  {
    name: 'retry-is-late',
    file: 'lambdas/fan-out/report.ts',
    from: 'Date.parse(replay?.at ?? retry?.at ?? receivedAt);',
    to: 'Date.parse(replay?.at ?? receivedAt);',
  },
];
