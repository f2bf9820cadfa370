import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Resource } from '../../../local/assembly/stack.ts';
import type { Emulator } from '../../../local/aws/emulator.ts';
import { LOCAL_CLIENT } from '../../../local/aws/endpoints.ts';
import { openSecretsFile, type SecretsFile } from '../../../local/aws/secrets-file.ts';
import { startSecretsManager } from '../../../local/aws/secrets-manager.ts';
import { temporaryDirectory } from '../support/fixture-assembly.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:gatepost/altoviz-a1b2c3';
const SECRET = { ref: ARN, attribute: () => 'gatepost/altoviz' } as unknown as Resource;

let directory: string;
let path: string;
let file: SecretsFile;
let service: Emulator;
let client: SecretsManagerClient;
/** Each secret whose previous value was removed, with what the file then held. */
let revoked: [string, unknown][] = [];

const open = async () => {
  file = await openSecretsFile(path, ['altoviz']);
  service = await startSecretsManager(0, [SECRET], file, async ({ ref }) => {
    revoked.push([ref, (await inFile()).altoviz]);
  });
  client = new SecretsManagerClient({ ...LOCAL_CLIENT, endpoint: service.url, maxAttempts: 1 });
};
const close = async () => {
  client.destroy();
  await service.stop();
};
beforeEach(async () => {
  revoked = [];
  directory = await temporaryDirectory();
  path = `${directory}/state/secrets.json`;
  await open();
});
afterEach(async () => {
  await close();
  await rm(directory, { recursive: true });
});

const get = (VersionStage?: string, SecretId = ARN) =>
  client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
const write = (secrets: unknown) =>
  writeFile(path, typeof secrets === 'string' ? secrets : JSON.stringify(secrets));
const inFile = async () => JSON.parse(await readFile(path, 'utf8'));

describe('the file', () => {
  test('is made with a random secret, for nobody else to read', async () => {
    expect(file.made).toEqual(['altoviz']);
    expect(await inFile()).toEqual({ altoviz: expect.stringMatching(/^whsec_[\w+/]{43}=$/) });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('keeps what is in it; only what is missing is added', async () => {
    await write({
      other: 'mine',
      altoviz: { current: 'a', previous: 'b', rotatedAt: '2026-01-02T03:04:05Z' },
    });
    const before = await readFile(path, 'utf8');
    expect((await openSecretsFile(path, ['altoviz'])).made).toEqual([]);
    expect(await readFile(path, 'utf8')).toBe(before);
    expect((await openSecretsFile(path, ['altoviz', 'ivy'])).made).toEqual(['ivy']);
    expect(await inFile()).toMatchObject({ other: 'mine', altoviz: { previous: 'b' } });
  });

  test('holds every rotation, also of several at once, and is never read by halves', async () => {
    const names = Array.from({ length: 20 }, (_, number) => `source-${number}`);
    const rotations = Promise.all(names.map((name) => file.rotate(name, `${name} `.repeat(500))));
    const reads = Promise.all(Array.from({ length: 50 }, () => file.read('altoviz')));
    expect((await reads).every((secret) => secret !== undefined)).toBe(true);
    await rotations;
    expect(Object.keys(await inFile())).toEqual(['altoviz', ...names]);
    expect(await readdir(join(path, '..'))).toEqual(['secrets.json']);
  });

  test.each(['{"altoviz": "cut', '[]', '{"altoviz": 7}', '{"altoviz": {"previous": "only"}}'])(
    'is not written over where it is no file of secrets: %s',
    async (text) => {
      await write(text);
      await expect(openSecretsFile(path, ['altoviz'])).rejects.toThrow(/must be a JSON object of secrets/);
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );
});

describe('GetSecretValue', () => {
  test.each([ARN, 'gatepost/altoviz'])('gives the current value of %s', async (id) => {
    const { altoviz } = await inFile();
    expect(await get(undefined, id)).toMatchObject({
      ARN,
      Name: 'gatepost/altoviz',
      SecretString: altoviz,
      VersionStages: ['AWSCURRENT'],
      VersionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      CreatedDate: expect.any(Object),
    });
  });

  test('gives both values of a rotated secret, and when it was rotated', async () => {
    await write({ altoviz: { current: 'new', previous: 'old', rotatedAt: '2026-01-02T03:04:05.678Z' } });
    const current = await get('AWSCURRENT');
    expect([current.SecretString, current.CreatedDate?.toISOString()]).toEqual([
      'new',
      '2026-01-02T03:04:05.678Z',
    ]);
    expect((await get('AWSPREVIOUS')).SecretString).toBe('old');
  });

  test('editing the file is a rotation: the new value counts at once and the old one is the previous', async () => {
    const { altoviz: old } = await inFile();
    const before = Date.now();
    await write({ altoviz: 'edited' });
    const current = await get();
    expect(current.SecretString).toBe('edited');
    expect(current.CreatedDate?.getTime()).toBeGreaterThanOrEqual(before - 50);
    expect((await get('AWSPREVIOUS')).SecretString).toBe(old);
    await write({ altoviz: 'again' });
    expect((await get('AWSPREVIOUS')).SecretString).toBe('edited');
  });

  test('a secret that was never rotated has no previous value', async () => {
    await expect(get('AWSPREVIOUS')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test.each([
    ['another secret', 'gatepost/ivy'],
    ['the name in the file', 'altoviz'],
  ])('knows nothing of %s', async (_, id) => {
    await expect(get(undefined, id)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('says what is wrong with the file, without a word of what is in it, and goes on when it is mended', async () => {
    await write('{"altoviz": "hush-hush');
    const error = await get().catch((error: Error) => error);
    expect(error).toMatchObject({ message: expect.stringMatching(/secrets\.json must be/) });
    expect(JSON.stringify(error)).not.toContain('hush');
    await write({ altoviz: 'mended' });
    expect((await get()).SecretString).toBe('mended');
  });
});

describe('PutSecretValue', () => {
  const put = (SecretString?: string, SecretId = ARN) =>
    client.send(new PutSecretValueCommand({ SecretId, SecretString }));

  test('rotates: the new value counts at once and the old one is the previous', async () => {
    const { altoviz: old } = await inFile();
    const before = Date.now();
    const { VersionId } = await put('new');
    const current = await get();
    expect(current).toMatchObject({ SecretString: 'new', VersionId });
    expect(current.CreatedDate?.getTime()).toBeGreaterThanOrEqual(before - 1000);
    expect((await get('AWSPREVIOUS')).SecretString).toBe(old);
    await put('newer', 'gatepost/altoviz');
    expect((await get('AWSPREVIOUS')).SecretString).toBe('new');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('makes no secret, and none empty', async () => {
    await expect(put('new', 'gatepost/ivy')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(put()).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('writes over no file that is broken', async () => {
    await write('{"altoviz": "hush-hush');
    await expect(put('new')).rejects.toThrow(/secrets\.json must be/);
    expect(await readFile(path, 'utf8')).toBe('{"altoviz": "hush-hush');
  });
});

describe('UpdateSecretVersionStage', () => {
  const update = (RemoveFromVersionId: string | undefined, VersionStage = 'AWSPREVIOUS', more = {}) =>
    client.send(
      new UpdateSecretVersionStageCommand({ SecretId: ARN, VersionStage, RemoveFromVersionId, ...more }),
    );

  test('removes the previous value, and says so before it answers; the current one and its age stay', async () => {
    await write({ altoviz: { current: 'new', previous: 'old', rotatedAt: '2026-01-02T03:04:05.678Z' } });
    const { VersionId } = await get('AWSPREVIOUS');
    expect(await update(VersionId)).toMatchObject({ ARN, Name: 'gatepost/altoviz' });
    expect(revoked).toEqual([[ARN, { current: 'new', rotatedAt: '2026-01-02T03:04:05.678Z' }]]);
    await expect(get('AWSPREVIOUS')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const current = await get();
    expect([current.SecretString, current.CreatedDate?.toISOString()]).toEqual([
      'new',
      '2026-01-02T03:04:05.678Z',
    ]);
  });

  test('removes also what an edit of the file replaced, which is not in the file', async () => {
    await write({ altoviz: 'edited' });
    await get();
    const { VersionId } = await get('AWSPREVIOUS');
    await update(VersionId);
    await expect(get('AWSPREVIOUS')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect((await get()).SecretString).toBe('edited');
  });

  test('leaves everything as it is where the version is not the previous one, or another label is meant', async () => {
    await file.rotate('altoviz', 'new');
    const current = (await get()).VersionId;
    const previous = (await get('AWSPREVIOUS')).VersionId;
    const invalid = { name: 'InvalidParameterException' };
    await expect(update(undefined)).rejects.toMatchObject(invalid);
    await expect(update(current)).rejects.toMatchObject(invalid);
    await expect(update(current, 'AWSCURRENT')).rejects.toMatchObject(invalid);
    await expect(update(previous, 'AWSPREVIOUS', { MoveToVersionId: current })).rejects.toMatchObject(
      invalid,
    );
    expect((await get('AWSPREVIOUS')).VersionId).toBe(previous);
    expect(revoked).toEqual([]);
  });
});

test('nothing else is answered', async () => {
  await expect(client.send(new ListSecretsCommand({}))).rejects.toMatchObject({ name: 'InvalidAction' });
});
