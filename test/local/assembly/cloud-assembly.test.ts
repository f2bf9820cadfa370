import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readAssembly } from '../../../local/assembly/cloud-assembly.ts';
import { temporaryDirectory, writeAssembly } from '../support/fixture-assembly.ts';

let directory: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => rm(directory, { recursive: true }));

test('a stack is read with its template and where the code of its functions is', async () => {
  await writeAssembly(directory, { Queue: { Type: 'AWS::SQS::Queue' } }, { ingest: 'export {};' });
  const { stackName, template, assetDirectory } = await readAssembly(directory);
  expect({ stackName, template }).toEqual({
    stackName: 'Fixture',
    template: { Resources: { Queue: { Type: 'AWS::SQS::Queue' } } },
  });
  expect(assetDirectory('ingest.zip')).toBe(join(directory, 'asset.ingest'));
  expect(() => assetDirectory('other.zip')).toThrow(/no directory for the asset other\.zip/);
});

test('a directory without an assembly is refused in a sentence', async () => {
  await expect(readAssembly(directory)).rejects.toThrow(
    /manifest\.json can't be read: is this the output of cdk/,
  );
});

test('two stacks are refused by their names', async () => {
  const stack = { type: 'aws:cloudformation:stack' };
  await writeFile(join(directory, 'manifest.json'), JSON.stringify({ artifacts: { A: stack, B: stack } }));
  await expect(readAssembly(directory)).rejects.toThrow(/has 2: A, B$/);
});
