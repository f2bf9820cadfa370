import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { nameOf } from './read-template.ts';

/** By type, what each is called in AWS, and its logical id in the template. */
type Resources = Readonly<Record<string, Readonly<Record<string, string>>>>;

const LIST = join(import.meta.dirname, 'stateful-resources.json');
const { $comment, ...listed }: Resources & { readonly $comment: string } = JSON.parse(
  readFileSync(LIST, 'utf8'),
);

const directory = mkdtempSync(join(tmpdir(), 'gatepost-stateful-'));
let template: Template;
let shipped: Resources;

/** The example app, without bundling the functions: the test reads the template only. */
beforeAll(async () => {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  await promisify(execFile)(process.execPath, ['evidence/cost/example-app.ts'], {
    env: {
      ...process.env,
      CDK_VALIDATION: 'false',
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, 'aws:cdk:bundling-stacks': [] }),
    },
  });
  template = Template.fromJSON(JSON.parse(readFileSync(join(directory, 'Gatepost.template.json'), 'utf8')));
  shipped = Object.fromEntries(Object.keys(listed).map((type) => [type, namesAndIds(type)]));
}, 60_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('a deployment over an existing stack replaces nothing that holds data: every listed resource is there, under its id', () => {
  for (const [type, resources] of Object.entries(listed)) {
    expect({ $comment, ...shipped[type] }).toMatchObject({ $comment, ...resources });
  }
});

test('the list is complete: what is new has been added to it', () => {
  expect(shipped).toEqual(listed);
});

test('neither the table’s key nor the kind of a queue changes: they can not be changed in place', () => {
  template.allResourcesProperties('AWS::SQS::Queue', { FifoQueue: true });
  template.allResourcesProperties('AWS::DynamoDB::Table', {
    KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
    AttributeDefinitions: Match.arrayWith([{ AttributeName: 'key', AttributeType: 'S' }]),
  });
});

const namesAndIds = (type: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.keys(template.findResources(type)).map((id) => [nameOf(template, { Ref: id }), id]),
  );
