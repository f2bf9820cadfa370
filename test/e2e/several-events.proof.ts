import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, jest, test } from '@jest/globals';
import { expectAllInOrder } from './support/avaza-batches.ts';
import { gateUnderTest } from './support/gate-under-test.ts';

// As many events in one delivery as are taken apart, with an AWS that takes 50 ms for each call.

jest.setTimeout(300_000);

const gate = gateUnderTest();
const SECRET = 'the secret of who sends a thousand at once';
const INTAKE = 'gatepost-intake.fifo';
const CALL_MS = 50;

afterEach(() => gate().aws.pass());

test.each([
  ['of one entity', 1],
  ['of thirty entities', 30],
])(
  'a delivery of 1,000 events %s completes over several invocations: each once, in order',
  async (_, entities) => {
    await gate().setSecret('avaza', SECRET);
    await gate().localStack.interrupt('gatepost-ingest-avaza');
    // The shortest that is longer than an invocation.
    await gate().setVisibility(INTAKE, 35);
    gate().aws.decide(async ({ functionName }) => {
      if (functionName.includes('fan-out')) await sleep(CALL_MS);
      return 'pass' as const;
    });
    await expectAllInOrder(gate(), { events: 1_000, entities, secret: SECRET });
    expect(await gate().depth('gatepost-intake-dlq.fifo')).toBe(0);
  },
);
