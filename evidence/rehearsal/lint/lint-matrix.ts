import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App, Duration, type Stack } from 'aws-cdk-lib';
import { BusStack } from '../../../docs/examples/pipe-to-event-bus.ts';
import { PushStack } from '../../../docs/examples/pipe-to-http.ts';
import { ShopStack } from '../../../docs/examples/shop-stack.ts';
import { GatepostStack, type GatepostStackProps } from '../../../lib/gatepost-stack.ts';
import { PROJECT_ROOT } from '../../../lib/project-root.ts';
import { ALARM_KINDS } from '../../../lib/watch/alarm-kinds.ts';
import type { AlarmThresholds } from '../../../lib/watch/thresholds.ts';

const ONE = { altoviz: { provider: 'altoviz' } } as const;

const TWO = { ...ONE, avaza: { provider: 'avaza' } } as const;

const NO_ALARMS: AlarmThresholds = Object.fromEntries(
  Object.keys(ALARM_KINDS).map((kind) => [kind, { page: false, ticket: false }]),
);

/** Options that change which resources the template has, or how they refer to each other. */
export const MATRIX = {
  domain: {
    sources: TWO,
    gate: {
      domain: {
        name: 'hooks.example.com',
        certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f',
      },
    },
  },
  'no console': { sources: TWO, console: false },
  'no indexes': { sources: TWO, eventLog: { searchBySource: false, searchByEntity: false } },
  'one source': { sources: ONE },
  '20 sources': {
    sources: Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`altoviz-${index}`, ONE.altoviz])),
  },
  throttles: {
    gate: { throttle: { rate: 50 } },
    sources: {
      altoviz: { ...ONE.altoviz, throttle: { rate: 0.5, burst: 1 }, silenceAfter: Duration.hours(12) },
      avaza: { provider: 'avaza', throttle: { burst: 10 }, reservedConcurrency: 5 },
    },
  },
  consumers: {
    sources: TWO,
    entityQueues: false,
    consumers: {
      crm: { events: ['customer.*'] },
      billing: { events: ['*.invoice.*'], accounts: ['222233334444'] },
      audit: { events: ['*'], queues: 'per-entity' },
    },
  },
  'all alarms off': { sources: TWO, alarms: { thresholds: NO_ALARMS } },
} as const satisfies Readonly<Record<string, GatepostStackProps>>;

/** The stacks of docs/consumers.md and docs/pipes.md. */
const EXAMPLES = {
  'a consumer': ShopStack,
  'a pipe to HTTP': PushStack,
  'a pipe to an event bus': BusStack,
} as const;

/**
 * Synthesizes the stack with each set of options, and those of the documentation, in this process and without bundling the functions.
 *
 * @param directory where the templates go.
 * @returns the templates' files, by the options' name.
 */
export const synthesizeMatrix = async (directory: string): Promise<ReadonlyMap<string, string>> => {
  const { context } = JSON.parse(await readFile(join(PROJECT_ROOT, 'cdk.json'), 'utf8'));
  const stacks: readonly (readonly [name: string, create: (app: App) => Stack])[] = [
    ...Object.entries(MATRIX).map(
      ([name, props]) => [name, (app: App) => new GatepostStack(app, 'Gatepost', props)] as const,
    ),
    ...Object.entries(EXAMPLES).map(
      ([name, Example]) => [name, (app: App) => new Example(app, 'Gatepost')] as const,
    ),
  ];
  return new Map(
    stacks.map(([name, create], index) => {
      const outdir = join(directory, String(index));
      const app = new App({ outdir, context: { ...context, 'aws:cdk:bundling-stacks': [] } });
      const stack = create(app);
      app.synth({ validateOnSynthesis: false });
      return [name, join(outdir, stack.templateFile)];
    }),
  );
};
