import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { providerNamed } from '../../lambdas/providers/index.ts';
import type { Provider, Retries } from '../../lambdas/providers/provider.ts';
import { checkRetries } from '../../lib/event-log.ts';
import { GatepostStack } from '../../lib/gatepost-stack.ts';
import { SettingError } from '../../lib/setting-error.ts';
import type { ConfiguredSource } from '../../lib/sources.ts';
import { createApp } from './synthesize.ts';

const DAY = 24 * 60 * 60;

/** A source whose provider documents these retries. */
const retrying = (retries: Retries | undefined): ConfiguredSource => ({
  source: { name: 'billing', provider: 'altoviz', settings: {} },
  provider: { ...providerNamed('altoviz'), retries } as Provider<never>,
  options: {},
  entities: [],
});

/** The warnings of a source, by what it says of retries. */
const warningsOf = (retries: Retries | undefined, days: number): readonly string[] => {
  const stack = new Stack(createApp(), 'Retries');
  checkRetries(stack, days * DAY, [retrying(retries)]);
  return Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => String(entry.data));
};

describe('the retention is as long as the providers retry', () => {
  test('to the second, where they document it', () => {
    const retries = { gaps: [10, 10], longest: 20 * DAY };
    expect(warningsOf(retries, 20)).toEqual([]);
    expect(() => warningsOf(retries, 19)).toThrow(
      new SettingError(
        'retention is 19 days; it must be at least 20 days, as long as the provider of source "billing", altoviz, retries: what comes again must be recognized as a duplicate',
      ),
    );
  });

  test('at least, where they document some of it; a warning says what is not known', () => {
    const retries = { gaps: [DAY, 14 * DAY], longest: undefined };
    expect(() => warningsOf(retries, 14)).toThrow('it must be at least 15 days');
    expect(warningsOf(retries, 15)).toEqual([
      expect.stringContaining(
        'Source "billing": altoviz retries 2 times, for at least 15 days, and does not document for how long. A retry that comes after the retention of 15 days arrives as a second copy',
      ),
    ]);
  });

  test('and nothing is said where they document nothing, or that they never retry', () => {
    expect(warningsOf(undefined, 14)).toEqual([]);
    expect(warningsOf({ gaps: [], longest: 0 }, 14)).toEqual([]);
  });
});

test('a stack warns of the sources whose provider leaves it open, and of no other', () => {
  const stack = new GatepostStack(createApp(), 'Warned', {
    alarmEmail: 'oncall@example.com',
    sources: {
      avaza: { provider: 'avaza' },
      altoviz: { provider: 'altoviz' },
      ivy: { provider: 'ivy' },
    },
  });
  const warnings = Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => String(entry.data));
  expect(warnings).toEqual([
    expect.stringContaining('Source "avaza": avaza retries 13 times, for at least 1.4'),
    expect.stringContaining('Source "ivy": ivy retries 15 times, for at least 2.'),
  ]);
});
