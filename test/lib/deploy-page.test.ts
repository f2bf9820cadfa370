import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { gateOptions } from '../../lib/gate-options.ts';
import { sourceOptions } from '../../lib/source-options.ts';
import { byName } from './read-template.ts';
import { synthesize } from './synthesize.ts';

const page = readFileSync('docs/deploy.md', 'utf8');

test.each([
  ...Object.keys(sourceOptions.entries),
  ...Object.keys(gateOptions.entries).map((option) => `gate.${option}`),
])('the page explains the setting %s', (setting) => {
  expect(page).toMatch(new RegExp(`^\\| \`${setting.replace('.', '\\.')}\` +\\|`, 'm'));
});

test('the logs that it tells to look into are there', () => {
  const logGroups = [...byName(synthesize(), 'AWS::Logs::LogGroup').keys()];
  const mentioned = [...page.matchAll(/aws logs tail (\S+)/g)].map(([, name]) => name);
  expect(mentioned.length).toBeGreaterThan(0);
  expect(logGroups).toEqual(expect.arrayContaining(mentioned));
});

test('its links lead to files that are there', () => {
  const links = [...page.matchAll(/\]\((?!https:)([^)#]+)/g)].map(([, file]) => join('docs', file as string));
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((file) => !existsSync(file))).toEqual([]);
});
