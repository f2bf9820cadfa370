import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Json, own, shipped } from './support/asyncapi-documents.ts';

// A proof, since the parser takes ten seconds.

describe('the document', () => {
  // 15 MB, which nothing else needs.
  let diagnose: (document: Json) => Promise<readonly Json[]>;
  beforeAll(async () => {
    const { Parser } = await import('@asyncapi/parser');
    const parser = new Parser();
    diagnose = async (document) => (await parser.parse(document)).diagnostics;
  }, 60_000);

  test.each([
    ['of the shipped app', shipped],
    ['of another app', own],
  ])(
    '%s is valid',
    async (_, document) => {
      const found = await diagnose(document);
      const errors = found.filter(({ severity }) => severity <= 1);
      expect(errors.map(({ message, path }) => `${path.join('.')}: ${message}`)).toEqual([]);
    },
    60_000,
  );

  test('with a mistake is not, or the judge would be none', async () => {
    const { defaultContentType: _, ...wrong } = structuredClone(own);
    wrong.channels.crm.bindings.sqs.queue.fifoQueue = 'yes';
    const found = await diagnose(wrong);
    expect(found.some(({ severity }) => severity === 0)).toBe(true);
  });
});
