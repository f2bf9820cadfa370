import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { selectedProfile } from '../../../cli/deployment/shell-settings.ts';

// Each case is what version 1.46 of the AWS CLI does with the same files and variables.

const CONFIG = `[default]
[profile ops]
region = eu-west-1
[profile "of the shop"]
region = eu-west-1
[sso-session signed-in]
`;

let directory: string;
let files: Readonly<Record<string, string>>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gatepost-profiles-'));
  files = {
    AWS_CONFIG_FILE: join(directory, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials'),
  };
  await writeFile(join(directory, 'config'), CONFIG);
  await writeFile(join(directory, 'credentials'), '[keys]\naws_access_key_id = a\n');
});
afterAll(() => rm(directory, { recursive: true }));

const KEYS = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };

describe('the selected profile', () => {
  test.each([
    [undefined, {}, undefined],
    [undefined, KEYS, undefined],
    [undefined, { AWS_PROFILE: '' }, undefined],
    [undefined, { AWS_PROFILE: 'ops' }, 'ops'],
    [undefined, { AWS_PROFILE: 'keys', ...KEYS }, 'keys'],
    [undefined, { AWS_PROFILE: 'default' }, 'default'],
    [undefined, { AWS_PROFILE: 'of the shop' }, 'of the shop'],
    [undefined, { AWS_PROFILE: 'not-there', AWS_DEFAULT_PROFILE: 'ops' }, 'ops'],
    ['keys', { AWS_PROFILE: 'not-there' }, 'keys'],
    ['ops', { AWS_ACCESS_KEY_ID: 'a' }, 'ops'],
    [undefined, { AWS_SECRET_ACCESS_KEY: 'b' }, undefined],
  ])('with --profile %s and %j is %s', async (option, variables, profile) => {
    expect(await selectedProfile(option, { ...files, ...variables })).toBe(profile);
  });

  test.each([
    ['not-there', {}],
    ['not-there', KEYS],
    [undefined, { AWS_PROFILE: 'not-there', ...KEYS }],
    [undefined, { AWS_PROFILE: 'not-there', AWS_ACCESS_KEY_ID: 'a' }],
    [undefined, { AWS_PROFILE: 'ops', AWS_DEFAULT_PROFILE: 'not-there' }],
  ])('must exist, whatever the keys: --profile %s, %j', async (option, variables) => {
    await expect(selectedProfile(option, { ...files, ...variables })).rejects.toMatchObject({
      exitCode: 3,
      message: 'There is no AWS profile "not-there".',
    });
  });

  test('is no other section of the files', async () => {
    for (const name of ['signed-in', 'sso-session signed-in', 'profile ops'])
      await expect(selectedProfile(name, files)).rejects.toMatchObject({ exitCode: 3 });
  });

  test('can be none where there are no files', async () => {
    const nowhere = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: join(directory, 'nope') };
    expect(await selectedProfile(undefined, nowhere)).toBeUndefined();
    await expect(selectedProfile('default', nowhere)).rejects.toMatchObject({ exitCode: 3 });
  });
});

test.each([
  { AWS_ACCESS_KEY_ID: 'a' },
  { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: '' },
  { AWS_ACCESS_KEY_ID: 'a', AWS_PROFILE: 'ops' },
])('a key without its secret is refused: %j', async (variables) => {
  await expect(selectedProfile(undefined, { ...files, ...variables })).rejects.toMatchObject({
    exitCode: 3,
    message: 'AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not.',
  });
});
