import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  PLACEHOLDER_SECRET,
  rememberedSecrets,
  type SecretVersions,
} from '../../../lambdas/ingest/secrets.ts';
import { reasonOf } from '../support/rejections.ts';

const CURRENT = 'current-0123456789';
const PREVIOUS = 'previous-0123456789';
const NEXT = 'the-next-0123456789';
const GRACE_SECONDS = 600;

/** A secret at Secrets Manager, and a clock that stands until it is moved. */
const setUp = (first: Partial<SecretVersions> = {}) => {
  const state = {
    nowMs: Date.parse('2024-03-11T00:00:00Z'),
    asked: 0,
    away: false,
    versions: { current: CURRENT, rotatedAt: new Date('2024-03-11T00:00:00Z'), ...first } as SecretVersions,
  };
  const check = rememberedSecrets(
    async () => {
      state.asked++;
      if (state.away) throw new Error('ServiceUnavailable');
      return state.versions;
    },
    GRACE_SECONDS,
    () => state.nowMs,
  );
  return {
    state,
    passes: (secret: string) => check((candidate) => candidate === secret),
    /** Every secret that the check is made against. */
    tried: async () => {
      const tried: string[] = [];
      await check((candidate) => {
        tried.push(candidate);
        return false;
      });
      return [...new Set(tried)];
    },
    later: (seconds: number) => {
      state.nowMs += seconds * 1000;
    },
  };
};

describe('which secrets are accepted', () => {
  test('the current one, and no other', async () => {
    const { passes, tried } = setUp();
    expect(await passes(CURRENT)).toBe(true);
    expect(await passes(PREVIOUS)).toBe(false);
    expect(await passes('')).toBe(false);
    expect(await tried()).toEqual([CURRENT]);
  });

  test('the previous one for as long after the rotation as is allowed, and no longer', async () => {
    const { passes, later } = setUp({ previous: PREVIOUS });
    expect(await passes(PREVIOUS)).toBe(true);
    expect(await passes(CURRENT)).toBe(true);
    later(GRACE_SECONDS - 1);
    expect(await passes(PREVIOUS)).toBe(true);
    later(1);
    expect(await passes(PREVIOUS)).toBe(false);
    expect(await passes(CURRENT)).toBe(true);
  });

  test('without grace the previous one not for a moment', async () => {
    const check = rememberedSecrets(
      async () => ({ current: CURRENT, previous: PREVIOUS, rotatedAt: new Date(1_000) }),
      0,
      () => 1_000,
    );
    expect(await check((secret) => secret === PREVIOUS)).toBe(false);
  });

  test('is still the placeholder, whose words stand in secrets that were made long ago', () => {
    expect(PLACEHOLDER_SECRET).toBe('replace-me-with-the-secret-of-the-provider');
  });

  const unset = ['', ' ', 'short', 'x'.repeat(15), PLACEHOLDER_SECRET];

  test.each(unset)('never %j: while it is the current one the source is not set up', async (current) => {
    const { passes } = setUp({ current });
    expect(await reasonOf(() => passes(current))).toBe('secret-unset');
    expect(await reasonOf(() => passes(CURRENT))).toBe('secret-unset');
  });

  test.each(unset)('never %j as the previous one', async (previous) => {
    const { passes, tried } = setUp({ previous });
    expect(await passes(previous)).toBe(false);
    expect(await passes(CURRENT)).toBe(true);
    expect(await tried()).toEqual([CURRENT]);
  });

  test('sixteen characters are enough', async () => {
    expect(await setUp({ current: 'x'.repeat(16) }).passes('x'.repeat(16))).toBe(true);
  });

  test('one that was set wrongly at a rotation costs no delivery: the old one passes, and the new one is to be sent again', async () => {
    const { passes } = setUp({ current: 'too short', previous: PREVIOUS });
    expect(await passes(PREVIOUS)).toBe(true);
    expect(await reasonOf(() => passes('the provider’s new secret'))).toBe('secret-unset');
  });
});

describe('when Secrets Manager is asked', () => {
  test('once, and then not for five minutes of deliveries that fit', async () => {
    const { state, passes, later } = setUp();
    for (let at = 0; at < 300; at += 10) {
      expect(await passes(CURRENT)).toBe(true);
      later(10);
    }
    expect(state.asked).toBe(1);
    await passes(CURRENT);
    expect(state.asked).toBe(2);
  });

  test('at once where nothing fits and what is remembered is thirty seconds old: a rotation takes effect', async () => {
    const { state, passes, later } = setUp();
    await passes(CURRENT);
    state.versions = { current: NEXT, previous: CURRENT, rotatedAt: new Date(state.nowMs) };

    later(29);
    expect(await passes(NEXT)).toBe(false);
    expect(state.asked).toBe(1);
    later(1);
    expect(await passes(NEXT)).toBe(true);
    expect(state.asked).toBe(2);
    expect(await passes(CURRENT)).toBe(true);
  });

  test('for a delivery signed with the previous one at most twice a minute, and then a revoked one no longer passes', async () => {
    const { state, passes, later } = setUp({ previous: PREVIOUS });
    for (let second = 0; second < 300; second++) {
      expect(await passes(PREVIOUS)).toBe(true);
      later(1);
    }
    expect(state.asked).toBe(10);
    await passes(PREVIOUS);
    state.versions = { ...state.versions, previous: undefined };
    later(29);
    expect(await passes(PREVIOUS)).toBe(true);
    later(1);
    expect(await passes(PREVIOUS)).toBe(false);
    expect(state.asked).toBe(12);
  });

  test('not twice a minute more often than that, however many forgeries come', async () => {
    const { state, passes, later } = setUp();
    for (let second = 0; second < 600; second++) {
      expect(await passes('forged')).toBe(false);
      later(1);
    }
    expect(state.asked).toBe(20);
  });

  test('no more often while it is away', async () => {
    const { state, passes, later } = setUp();
    await passes(CURRENT);
    state.away = true;
    later(300);
    for (let second = 0; second < 600; second++) {
      await passes(second % 2 === 0 ? 'forged' : CURRENT).catch(() => false);
      later(1);
    }
    expect(state.asked).toBeLessThanOrEqual(22);
  });

  test('a secret that is set at last is taken within half a minute', async () => {
    const { state, passes, later } = setUp({ current: PLACEHOLDER_SECRET });
    expect(await reasonOf(() => passes(CURRENT))).toBe('secret-unset');
    state.versions = { ...state.versions, current: CURRENT };
    later(30);
    expect(await passes(CURRENT)).toBe(true);
  });
});

test('a clock that is set back does not put off a rotation', async () => {
  const { state, passes, later } = setUp();
  await passes(CURRENT);
  later(-3_600);
  state.versions = { current: NEXT, previous: CURRENT, rotatedAt: new Date(state.nowMs) };
  expect(await passes(NEXT)).toBe(true);
  expect(await passes(CURRENT)).toBe(true);
});

describe('while Secrets Manager is away', () => {
  test('what is remembered is used, however old', async () => {
    const { state, passes, later } = setUp({ previous: PREVIOUS });
    await passes(CURRENT);
    state.away = true;
    later(3_600);
    expect(await passes(CURRENT)).toBe(true);
    // The grace ends by the clock, asked or not.
    expect(await reasonOf(() => passes(PREVIOUS))).toBe('secret-unavailable');
  });

  test('the previous one passes for five minutes only: it may have been revoked, and the provider is to send again', async () => {
    const { state, passes, later } = setUp({ previous: PREVIOUS });
    await passes(CURRENT);
    state.away = true;
    later(299);
    expect(await passes(PREVIOUS)).toBe(true);
    later(1);
    expect(await reasonOf(() => passes(PREVIOUS))).toBe('secret-unavailable');
    expect(await passes(CURRENT)).toBe(true);
    state.away = false;
    later(30);
    expect(await passes(PREVIOUS)).toBe(true);
  });

  test('what does not fit may fit a newer one: nobody is told that it is wrong until somebody can know', async () => {
    const { state, passes, later } = setUp();
    await passes(CURRENT);
    state.versions = { current: NEXT, previous: CURRENT, rotatedAt: new Date(state.nowMs) };
    state.away = true;
    later(30);
    expect(await reasonOf(() => passes(NEXT))).toBe('secret-unavailable');
    // Nor while it isn't asked again, lest it be asked all the time.
    later(1);
    expect(await reasonOf(() => passes(NEXT))).toBe('secret-unavailable');
    expect(state.asked).toBe(2);
    state.away = false;
    later(29);
    expect(await passes(NEXT)).toBe(true);
    expect(await passes('forged')).toBe(false);
  });

  test('a source that remembers nothing can’t tell, and says so until it can', async () => {
    const { state, passes } = setUp();
    state.away = true;
    expect(await reasonOf(() => passes(CURRENT))).toBe('secret-unavailable');
    expect(await reasonOf(() => passes('forged'))).toBe('secret-unavailable');
    // The log is to learn what Secrets Manager said.
    await expect(passes(CURRENT)).rejects.toMatchObject({ cause: new Error('ServiceUnavailable') });
    state.away = false;
    expect(await passes(CURRENT)).toBe(true);
  });
});

test('whatever happens, only what was current, or previous and in grace, ever passes', async () => {
  const secrets = [CURRENT, PREVIOUS, NEXT, 'short', PLACEHOLDER_SECRET, ''];
  const step = fc.oneof(
    fc.record({ kind: fc.constant('rotate' as const), to: fc.constantFrom(...secrets) }),
    fc.record({ kind: fc.constant('later' as const), seconds: fc.integer({ min: 1, max: 900 }) }),
    fc.record({ kind: fc.constant('away' as const), away: fc.boolean() }),
    fc.record({ kind: fc.constant('try' as const), secret: fc.constantFrom(...secrets, 'forged') }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { state, passes, later } = setUp();
      const ever = new Set([CURRENT]);
      for (const one of steps) {
        if (one.kind === 'rotate') {
          const { current } = state.versions;
          state.versions = { current: one.to, previous: current, rotatedAt: new Date(state.nowMs) };
          ever.add(one.to);
        } else if (one.kind === 'later') later(one.seconds);
        else if (one.kind === 'away') state.away = one.away;
        else {
          const passed = await passes(one.secret).catch(() => false);
          if (passed) {
            expect(ever).toContain(one.secret);
            expect(['short', PLACEHOLDER_SECRET, '', 'forged']).not.toContain(one.secret);
          }
          // With Secrets Manager at hand and nothing forgotten, the current secret passes within half a minute.
          if (!state.away) {
            later(30);
            const { current } = state.versions;
            const isSet = current.length >= 16 && current !== PLACEHOLDER_SECRET;
            if (isSet) expect(await passes(current)).toBe(true);
          }
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('whatever is rotated and revoked, a secret passes for thirty seconds after it last was the previous one, or five minutes after it last was the current one', async () => {
  const secrets = [CURRENT, PREVIOUS, NEXT];
  const step = fc.oneof(
    fc.record({ kind: fc.constant('rotate' as const), to: fc.constantFrom(...secrets) }),
    fc.record({ kind: fc.constant('revoke' as const) }),
    fc.record({ kind: fc.constant('later' as const), seconds: fc.integer({ min: 1, max: 150 }) }),
    fc.record({ kind: fc.constant('try' as const), secret: fc.constantFrom(...secrets) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { state, passes, later } = setUp({ previous: PREVIOUS });
      const lastCurrent = new Map<string, number>();
      const lastPrevious = new Map<string, number>();
      const note = () => {
        const { current, previous } = state.versions;
        lastCurrent.set(current, state.nowMs);
        if (previous !== undefined) lastPrevious.set(previous, state.nowMs);
      };
      const isYoungerThan = (seconds: number, at = Number.NEGATIVE_INFINITY) =>
        state.nowMs - at < seconds * 1000;
      for (const one of steps) {
        note();
        const { versions } = state;
        if (one.kind === 'rotate')
          state.versions = { current: one.to, previous: versions.current, rotatedAt: new Date(state.nowMs) };
        else if (one.kind === 'revoke') state.versions = { ...versions, previous: undefined };
        else if (one.kind === 'later') later(one.seconds);
        else if (await passes(one.secret)) {
          const byRight =
            isYoungerThan(300, lastCurrent.get(one.secret)) ||
            isYoungerThan(30, lastPrevious.get(one.secret));
          expect(byRight).toBe(true);
        }
      }
    }),
    { numRuns: 1000 },
  );
});
