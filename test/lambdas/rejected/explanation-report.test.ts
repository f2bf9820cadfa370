import { expect, test } from '@jest/globals';
import type { Reason } from '../../../lambdas/core/rejection.ts';
import { explanationReport } from '../../../lambdas/rejected/explanation-report.ts';
import type { Explanation } from '../../../lambdas/rejected/retry.ts';
import type { KeyTrace, Outcome, Trace } from '../../../lambdas/verification/trace/trace.ts';

const FITS: KeyTrace = { key: 'current secret', form: 'text', readable: true, fits: true };
const accepted: Outcome = { kind: 'genuine', result: 'accepted' };
const refused = (reason: Reason, status: number): Outcome => ({
  kind: 'rejected',
  reason,
  status,
  detail: reason,
});

const said = (trace: Partial<Trace>, over: Partial<Explanation> = {}) => {
  const whole: Trace = {
    outcome: accepted,
    method: 'HMAC with sha256',
    handshake: false,
    nearMisses: [],
    faults: [],
    ...trace,
  };
  const explanation: Explanation = {
    id: 'a',
    source: 'shop',
    provider: 'altoviz',
    receivedAt: '2026-11-21T10:00:00.000Z',
    reason: 'signature-mismatch',
    isAddressAllowed: true,
    isTakenBack: false,
    trace: whole,
    ...over,
  };
  return explanationReport(explanation, '`gatepost rejected retry a`').said;
};

test('what is genuine leads to the command that stores it', () => {
  expect(said({})).toEqual(['Genuine. `gatepost rejected retry a` stores it.']);
  expect(said({}, { isTakenBack: true })).toEqual(['Genuine. It was taken back before.']);
  expect(said({ outcome: { kind: 'genuine', result: 'test' } })).toEqual([
    'Genuine, and there is nothing to store in it: test.',
  ]);
});

test('an address that is not allowed is the one verdict', () => {
  const elsewhere = { isAddressAllowed: false };
  expect(said({}, elsewhere)).toEqual(['Refused with 403, address-not-allowed. Its signature holds.']);
  expect(said({ outcome: refused('signature-mismatch', 401) }, elsewhere)).toEqual([
    'Refused with 403, address-not-allowed. Its signature does not hold: signature-mismatch.',
  ]);
  expect(said({ outcome: refused('stale', 403), keys: [FITS] }, elsewhere)[0]).toBe(
    'Refused with 403, address-not-allowed. Its signature holds. Its address aside, it is refused with 403, stale.',
  );
  expect(said({ outcome: refused('secret-unset', 503) }, elsewhere)).toEqual([
    'Refused with 403, address-not-allowed. Its address aside, it is refused with 503, secret-unset.',
  ]);
});

test('what is refused is said as gatepost verify does', () => {
  expect(said({ outcome: refused('signature-mismatch', 401) })).toEqual([
    'Refused with 401, signature-mismatch.',
  ]);
});
