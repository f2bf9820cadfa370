import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import type { GatepostStackProps } from '../../lib/gatepost-stack.ts';
import { byName, nameOf } from './read-template.ts';
import { synthesize } from './synthesize.ts';

/** The app of version 0.1.0, which the fixture is the template of. */
const SOURCES = {
  ivvy: { provider: 'ivvy', accountIds: ['14'] },
  ivy: { provider: 'ivy' },
  augustus: { provider: 'augustus', tolerance: 5 * 60 },
  altoviz: { provider: 'altoviz' },
  avaza: { provider: 'avaza' },
} as const satisfies GatepostStackProps['sources'];

const released = Template.fromJSON(
  JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'template-0.1.0.json'), 'utf8')),
);
const today = synthesize({ sources: SOURCES });

const idsByName = (template: Template, type: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.keys(template.findResources(type)).map((id) => [nameOf(template, { Ref: id }), id]),
  );

const KEPT = [
  'AWS::SQS::Queue',
  'AWS::DynamoDB::Table',
  'AWS::SecretsManager::Secret',
  'AWS::ApiGatewayV2::Api',
] as const;

/** Each queue of an entity had one. The upgrade leaves them out of the stack, and they stay in the account. */
const isLeft = (name: string): boolean => name.endsWith('-dlq.fifo') && name !== 'gatepost-intake-dlq.fifo';

test.each(KEPT)('a deployment over version 0.1.0 replaces no %s', (type) => {
  const before = Object.entries(idsByName(released, type)).filter(([name]) => !isLeft(name));
  expect(before.length).toBeGreaterThan(0);
  expect(idsByName(today, type)).toMatchObject(Object.fromEntries(before));
});

test('the dead-letter queues of the entities of version 0.1.0 stay, with what is in them', () => {
  const resources = released.findResources('AWS::SQS::Queue');
  const left = Object.entries(idsByName(released, 'AWS::SQS::Queue')).filter(([name]) => isLeft(name));
  expect(left.length).toBeGreaterThan(30);
  const names = idsByName(today, 'AWS::SQS::Queue');
  for (const [name, id] of left) {
    expect(names).not.toHaveProperty(name);
    expect(resources[id]?.DeletionPolicy).toBe('RetainExceptOnCreate');
  }
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
test('a deployment over version 0.1.0 keeps the key of the table and the kind of the queues', () => {
  const [before] = byName(released, 'AWS::DynamoDB::Table').values();
  const [after] = byName(today, 'AWS::DynamoDB::Table').values();
  expect(after.KeySchema).toEqual(before.KeySchema);
  const queues = byName(today, 'AWS::SQS::Queue');
  for (const [name, { FifoQueue }] of byName(released, 'AWS::SQS::Queue')) {
    if (isLeft(name)) continue;
    expect(queues.get(name).FifoQueue).toBe(FifoQueue);
  }
});
