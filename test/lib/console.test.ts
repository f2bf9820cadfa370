import { describe, expect, test } from '@jest/globals';
import { CONFIGURATION_FILE } from '../../lambdas/console/configuration.ts';
import { byName, nameOf, type Properties, permissions } from './read-template.ts';
import { SHIPPED, synthesize } from './synthesize.ts';

const template = synthesize();
const functions = byName(template, 'AWS::Lambda::Function');
const environment = (name: string): Properties => functions.get(name).Environment.Variables;
const customWidgets = (of: typeof template): readonly Properties[] => {
  const [body] = [...byName(of, 'AWS::CloudWatch::Dashboard').values()].map(
    ({ DashboardBody }) => DashboardBody,
  );
  // References stand between pieces of JSON text.
  const text = body['Fn::Join'][1]
    .map((part: Properties) => (typeof part === 'string' ? part : nameOf(of, part)))
    .join('');
  return JSON.parse(text).widgets.filter(({ type }: Properties) => type === 'custom');
};

describe('permissions, to the statement', () => {
  test('who looks reads the event log and the logs of the stages, and sends nothing', () => {
    expect(permissions(template, 'gatepost-console')).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on /aws/lambda/gatepost-console',
      'dynamodb:Query on gatepost-event-log/index/by-entity, gatepost-event-log/index/by-source',
      'dynamodb:GetItem on gatepost-event-log',
      'logs:FilterLogEvents on /aws/lambda/gatepost-fan-out, /aws/lambda/gatepost-ingest-altoviz, /aws/lambda/gatepost-ingest-ivvy',
    ]);
  });

  test('who replays reads an event, puts it into the intake queue and writes that down', () => {
    expect(permissions(template, 'gatepost-replay')).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on /aws/lambda/gatepost-replay',
      'dynamodb:GetItem, dynamodb:UpdateItem on gatepost-event-log',
      'sqs:SendMessage on gatepost-intake.fifo',
      's3:GetObject on gatepost-bodies-AWS::AccountId-AWS::Region/bodies/*',
    ]);
  });
});

test('the functions are told where everything is, and payloads stay hidden', () => {
  const {
    NODE_OPTIONS: _,
    REPLAY_FUNCTION_ARN,
    FAN_OUT_LOG_GROUP,
    REJECTED_FUNCTION_ARN,
    ...view
  } = environment('gatepost-console');
  expect(nameOf(template, REPLAY_FUNCTION_ARN)).toBe('gatepost-replay');
  expect(nameOf(template, REJECTED_FUNCTION_ARN)).toBe('gatepost-rejected');
  expect(nameOf(template, FAN_OUT_LOG_GROUP)).toBe('/aws/lambda/gatepost-fan-out');
  expect(view).toEqual({ EVENT_LOG_TABLE: expect.anything(), PAYLOADS: 'hidden' });
  expect(nameOf(template, environment('gatepost-replay').INTAKE_QUEUE_URL)).toBe('gatepost-intake.fifo');
});

test('the console of a stack that keeps no rejected deliveries leads to none', () => {
  const sources = { altoviz: { ...SHIPPED.altoviz, rejected: { keep: false } } } as const;
  const none = byName(synthesize({ sources }), 'AWS::Lambda::Function');
  expect(none.get('gatepost-console').Environment.Variables).not.toHaveProperty('REJECTED_FUNCTION_ARN');
});

test('payloads are shown where it is set', () => {
  const shown = byName(synthesize({ consolePayloads: true }), 'AWS::Lambda::Function');
  expect(shown.get('gatepost-console').Environment.Variables.PAYLOADS).toBe('shown');
  expect(shown.get('gatepost-rejected').Environment.Variables.PAYLOADS).toBe('shown');
  expect(permissions(synthesize({ consolePayloads: true }), 'gatepost-console')).toContain(
    's3:GetObject on gatepost-bodies-AWS::AccountId-AWS::Region/bodies/*',
  );
});

test('the dashboard calls it, anew for another time range, and not for another size', () => {
  expect(customWidgets(template)).toEqual([
    expect.objectContaining({
      width: 24,
      properties: {
        title: 'Events',
        endpoint: 'gatepost-console',
        updateOn: { refresh: true, resize: false, timeRange: true },
      },
    }),
  ]);
});

test('nobody is allowed to call it but by IAM', () => {
  const allowed = Object.values(template.findResources('AWS::Lambda::Permission')).map(
    ({ Properties }: Properties) => nameOf(template, Properties.FunctionName),
  );
  expect(allowed).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/console|replay|gatepost-rejected/)]),
  );
});

describe('left out', () => {
  test('it leaves nothing behind', () => {
    const without = synthesize({ console: false });
    expect([...byName(without, 'AWS::Lambda::Function').keys()]).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/console|replay/)]),
    );
    expect(customWidgets(without)).toEqual([]);
    const rejected = byName(without, 'AWS::Lambda::Function').get('gatepost-rejected');
    expect(rejected.Environment.Variables).not.toHaveProperty('PAYLOADS');
  });

  test('it shows no payloads', () => {
    expect(() => synthesize({ console: false, consolePayloads: true })).toThrow(
      'consolePayloads is true and console is false; leave one of them out',
    );
  });
});

test('what lies beside the code has a name that both sides know', () => {
  expect(CONFIGURATION_FILE).toBe('configuration.json');
});
