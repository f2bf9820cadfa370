import { expect, test } from '@jest/globals';
import { documented, shellBlocks } from '../../../evidence/rehearsal/customer/documented.ts';

test('blocks of commands are read without the indent of their list', () => {
  expect(shellBlocks('a\n```sh\nls\n```\n- b\n  ```sh\n  cat a |\n    wc\n  ```\n```ts\nno\n```\n')).toEqual([
    'ls\n',
    'cat a |\n  wc\n',
  ]);
});

test('a text finds the one block that has it', async () => {
  expect(await documented('docs/deploy.md', 'npx cdk bootstrap')).toContain('aws sts get-caller-identity\n');
  await expect(documented('docs/deploy.md', 'npx cdk')).rejects.toThrow(/docs\/deploy.md has \d+ blocks/);
  await expect(documented('docs/deploy.md', 'no such text')).rejects.toThrow('has 0 blocks');
});
