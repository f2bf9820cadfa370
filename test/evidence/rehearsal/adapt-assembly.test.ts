import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { adapt, adaptAssembly } from '../../../evidence/rehearsal/ministack/adapt-assembly.ts';
import { SHIPPED_SOURCES } from '../../../evidence/shipped-sources.ts';
import { GatepostStack } from '../../../lib/gatepost-stack.ts';
import type { Template } from '../../../local/assembly/template.ts';

const PRELOAD = 'file:///preload.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gatepost-adapt-'));
  const app = new App({ outdir: directory, context: { 'aws:cdk:bundling-stacks': [] } });
  new GatepostStack(app, 'Gatepost', { sources: SHIPPED_SOURCES });
  app.synth({ validateOnSynthesis: false });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const read = async (name: string) => JSON.parse(await readFile(join(directory, name), 'utf8'));

describe('an assembly for MiniStack', () => {
  test('differs from the synthesized one only where MiniStack differs from AWS', async () => {
    const template: Template = await read('Gatepost.template.json');
    const adapted = adapt(template, PRELOAD);
    const changed = Object.entries(template.Resources)
      .filter(([id, resource]) => JSON.stringify(adapted.Resources[id]) !== JSON.stringify(resource))
      .map(([, resource]) => resource);
    expect([...new Set(changed.map(({ Type }) => Type))].sort()).toEqual([
      'AWS::CloudWatch::Alarm',
      'AWS::IAM::Role',
      'AWS::Lambda::Function',
    ]);
    expect(JSON.stringify(adapted)).not.toMatch(/"Metrics":/);
    expect(Object.keys(adapted.Resources)).toEqual(Object.keys(template.Resources));
  });

  test('has another name for its template in the bucket, so that the CDK uploads it', async () => {
    const before = await read('Gatepost.assets.json');
    await adaptAssembly(directory, PRELOAD);
    const after = await read('Gatepost.assets.json');
    const { artifacts } = await read('manifest.json');
    const digestOf = ({ files }: { files: Record<string, { source: { path: string } }> }) =>
      Object.entries(files).find(([, { source }]) => source.path === 'Gatepost.template.json')?.[0];
    expect(digestOf(after)).not.toBe(digestOf(before));
    expect(artifacts.Gatepost.properties.stackTemplateAssetObjectUrl).toContain(digestOf(after));
  });
});
