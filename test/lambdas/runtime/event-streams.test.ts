import { expect, test } from '@jest/globals';
import {
  eventStreamSerdeProvider,
  resolveEventStreamSerdeConfig,
} from '../../../lambdas/runtime/event-streams.ts';

test('a stream of events that comes all the same says where it went', () => {
  expect(eventStreamSerdeProvider).toThrow('lib/bundle-options.ts');
});

test('a client that could read one can be made', () => {
  const config = { region: 'eu-central-1' };
  expect(resolveEventStreamSerdeConfig(config)).toBe(config);
});
