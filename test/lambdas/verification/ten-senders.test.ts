import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { providerNamed } from '../../../lambdas/providers/index.ts';
import type { Provider } from '../../../lambdas/providers/provider.ts';
import { configureSources, type SourceProps } from '../../../lib/sources.ts';
import { aRequest } from '../support/deliveries.ts';
import { jwt } from '../support/jwt.ts';
import { reasonOf } from '../support/rejections.ts';
import { describeWith, sharedFolder } from '../support/shared-folder.ts';
import { secretsOf } from '../support/tampering.ts';
import * as senders from './ten-senders.ts';

const FOLDER = 'senders/vectors';
const page = readFileSync(join(import.meta.dirname, '../../../docs/verification.md'), 'utf8');

const configured = configureSources(senders, 30 * 24 * 60 * 60);
const sourceOf = (name: string) => {
  const { source, provider } = configured.find(
    (each) => each.source.name === name,
  ) as (typeof configured)[number];
  return {
    provider: (provider.name === 'jwt' ? jwt : provider) as Provider<unknown>,
    settings: source.settings,
  };
};

test('docs/verification.md shows the ten senders as they are tested, word for word', () => {
  const tested = readFileSync(join(import.meta.dirname, 'ten-senders.ts'), 'utf8');
  const blocks = (text: string, pattern: RegExp) =>
    Object.fromEntries([...text.matchAll(pattern)].map(([, name, source]) => [name, source]));
  const shown = blocks(page, /^```ts\n(\w+): (\{\n[^`]*\n\}),\n```$/gm);
  const written = blocks(tested, /^export const (\w+) = (\{\n.*?\n\}) as const satisfies SourceProps;$/gms);
  expect(shown).toEqual(written);
  expect(Object.keys(shown)).toHaveLength(10);
});

test.each(Object.keys(senders))('docs/verification.md says all that %s leaves open', (name) => {
  const { provider, settings } = sourceOf(name);
  const section = page.split(/^### /m).find((each) => each.includes(`\n${name}: {`)) ?? '';
  const listed = [...section.matchAll(/^- (.*)$/gm)].map(([, sentence]) => sentence);
  expect(listed).toEqual(providerNamed(provider.name).openings?.(settings as never));
});

describeWith(FOLDER, 'what others signed', () => {
  /** The third is the number of the vector under `more`, or 0. */
  test.each<[keyof typeof senders, string, number]>([
    ['github', 'github', 0],
    ['stripe', 'stripe', 0],
    ['hubspot', 'hubspot', 4],
    ['twilio', 'twilio', 0],
    ['docusign', 'docusign', 0],
    ['adyen', 'adyen', 0],
    ['mailgun', 'mailgun', 0],
    ['sendgrid', 'sendgrid', 0],
    ['plaid', 'plaid', 0],
    ['gitlab', 'gitlab-token', 0],
  ])('%s', async (name, file, more) => {
    const read = JSON.parse(readFileSync(join(sharedFolder(FOLDER), `${file}.json`), 'utf8'));
    const { now, headers, body, secret, url, method } = more === 0 ? read : read.more[more - 1];
    const receivedAt = now === undefined ? new Date() : new Date(now * 1000);
    const request = aRequest(body, { headers, receivedAt, url: url ?? '', method });
    const { provider, settings } = sourceOf(name);
    const secrets = secretsOf(...[secret].flat());
    const verdict = (over: Partial<typeof request>) =>
      reasonOf(() => provider.authenticate({ ...request, ...over }, settings, secrets));

    expect(await verdict({})).toBeUndefined();

    const unlike = Object.entries<string>(headers).map(([header, value]) => [
      header,
      /signature|token|verification/.test(header) ? [...value].reverse().join('') : value,
    ]);
    const isInBody = ['adyen', 'mailgun'].includes(name);
    const changed = isInBody ? { body: Buffer.from(body.replace(/ture":"..../, 'ture":"AAAA')) } : {};
    expect(await verdict({ headers: Object.fromEntries(unlike), ...changed })).toMatch(/^signature-/);
  });
});

test('each can be configured', () => {
  const given: Readonly<Record<string, SourceProps>> = senders;
  expect(configured.map(({ source }) => source.name)).toEqual(Object.keys(given).sort());
});
