import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commands } from '../../cli/commands/index.ts';
import { run } from '../../cli/program.ts';
import { MAX_BODY_BYTES } from '../../lambdas/core/request.ts';
import { type DataObject, type GatepostEvent, withData } from '../../lambdas/events/event.ts';
import { functionCredentials, LOCAL_CLIENT } from '../../local/aws/endpoints.ts';
import { gateUnderTest, type PostedRequest } from './support/gate-under-test.ts';

// Bodies that are too large for a message: from POST to queue, and what is read of them later.

const gate = gateUnderTest();
const SECRET = 'the-secret-of-those-with-much-to-say';
const BUCKET = 'gatepost-bodies-000000000000-us-east-1';

let s3: S3Client;
beforeAll(async () => {
  s3 = new S3Client({ ...LOCAL_CLIENT, endpoint: gate().localStack.s3 });
  for (const source of ['hmac', 'avaza']) {
    await gate().setSecret(source, SECRET);
    await gate().localStack.interrupt(`gatepost-ingest-${source}`);
  }
});
afterAll(() => s3.destroy());

const keysOf = async (): Promise<readonly string[]> => {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  return Contents.map(({ Key = '' }) => Key);
};

/** As a consumer reads it. */
const readObject = async ({ bucket, key }: DataObject): Promise<Uint8Array> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
};

/** Text that can't be compressed much. */
const noise = (characters: number): string => randomBytes(characters).toString('base64').slice(0, characters);

/** A delivery of GitHub about an issue, with a body of so many bytes. */
const fromGithub = (
  bytes: number,
  secret = SECRET,
  id = randomUUID(),
): PostedRequest & { readonly body: string } => {
  const write = (text: string) =>
    JSON.stringify({ action: 'edited', issue: { id: 7, title: 'naïve 3.10', body: text } });
  const body = write(noise(bytes - Buffer.byteLength(write(''))));
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return {
    headers: {
      'content-type': 'application/json',
      'x-github-delivery': id,
      'x-github-event': 'issues',
      'x-hub-signature-256': `sha256=${signature}`,
    },
    body,
  };
};

const gatepost = async (line: string): Promise<{ readonly exitCode: number; readonly out: string }> => {
  const stream = (isTTY = false) => Object.assign(new PassThrough({ highWaterMark: 1e8 }), { isTTY });
  const [out, err] = [stream(), stream()];
  const exitCode = await run([...line.split(' '), '--local'], commands, {
    ...{ in: stream(), out, err, env: {}, stateDir: gate().stateDir },
    now: () => new Date(),
    sleep: async () => undefined,
    interrupted: new AbortController().signal,
    history: undefined,
  });
  return { exitCode, out: `${out.read() ?? ''}` };
};

describe('a body of 2 MB', () => {
  let event: GatepostEvent;
  let sent: ReturnType<typeof fromGithub>;
  beforeAll(async () => {
    sent = fromGithub(2_000_000);
    const before = gate().aws.calls.length;
    expect(await gate().post('hmac', sent)).toMatchObject({ status: 200 });
    const calls = gate()
      .aws.calls.slice(before)
      .filter(({ functionName }) => functionName === 'gatepost-ingest-hmac')
      .filter(({ service }) => service !== 'secretsManager');
    expect(calls.map(({ service, action }) => [service, action])).toEqual([
      ['s3', 'PUT'],
      ['sqs', 'SendMessageBatch'],
    ]);
    const [taken] = await gate().take('issue');
    event = taken?.event as GatepostEvent;
  });

  test('arrives with a reference to its data', async () => {
    const { data: _, ...attributes } = event;
    expect(attributes).toMatchObject({
      type: 'github.issue.updated',
      subject: '7',
      datacontenttype: 'application/json',
      dataref: `s3://${BUCKET}/data/hmac/issue/${event.id}/${event.deliveryid}`,
    });
    expect(event.data).toBeUndefined();
    const whole = await withData(event, readObject);
    expect(whole.data).toEqual(JSON.parse(sent.body));
  });

  test('is once what a repeat of it repeats', async () => {
    await gate().post('hmac', sent);
    await gate().settled();
    expect(await gate().depth('gatepost-issue.fifo')).toBe(0);
  });

  test('is shown and sent again by the command', async () => {
    const shown = await gatepost(`event ${event.id} --json`);
    expect(JSON.parse(shown.out)).toMatchObject({
      bodyRef: `s3://${BUCKET}/bodies/hmac/${event.deliveryid}`,
    });
    expect(JSON.parse(shown.out).event.data).toEqual(JSON.parse(sent.body));

    expect(await gatepost(`replay ${event.id} --yes`)).toMatchObject({ exitCode: 0 });
    const [{ event: again } = { event }] = await gate().take('issue');
    expect(again).toMatchObject({ replayof: event.id, subject: '7' });
    expect(again.dataref).toBe(`s3://${BUCKET}/data/hmac/issue/${again.id}/${again.deliveryid}`);
    expect((await withData(again, readObject)).data).toEqual(JSON.parse(sent.body));
  });

  test('is shown and sent again on the dashboard', async () => {
    const replayId = randomUUID();
    const answer = await gate().localStack.invoke('gatepost-replay', { key: event.id, replayId });
    expect(String(answer)).toContain(`${event.id}~${replayId}`);
    const [{ event: again } = { event }] = await gate().take('issue');
    expect((await withData(again, readObject)).data).toEqual(JSON.parse(sent.body));
  });
});

test('several entities in a large body each arrive in their order', async () => {
  const items = Array.from({ length: 12 }, (_, index) => ({
    TimesheetEntryID: 100 + (index % 4),
    DateUpdated: `2026-11-29T10:00:${10 + index}`,
    Notes: `${index}:${noise(170_000)}`,
  }));
  const answer = await gate().post('avaza', {
    path: '/timesheet_updated',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(SECRET).toString('base64')}`,
    },
    body: JSON.stringify(items),
  });
  expect(answer).toMatchObject({ status: 200 });
  const taken = await gate().take('timesheet', items.length);
  for (const id of ['100', '101', '102', '103']) {
    const own = taken.filter(({ event }) => event.subject === id).map(({ event }) => event.data);
    expect(own).toEqual(items.filter(({ TimesheetEntryID }) => String(TimesheetEntryID) === id));
  }
  // Their bodies are those of their events alone.
  const [{ event } = taken[0] as never] = taken;
  const shown = await gatepost(`event ${event.id} --json`);
  expect(JSON.parse(shown.out).event.data).toEqual(event.data);
});

test('the largest body is taken, and one byte more is not', async () => {
  expect(await gate().post('hmac', fromGithub(MAX_BODY_BYTES))).toMatchObject({ status: 200 });
  await gate().take('issue');
  const stored = await keysOf();
  expect(await gate().post('hmac', fromGithub(MAX_BODY_BYTES + 1))).toMatchObject({ status: 413 });
  expect(await keysOf()).toEqual(stored);
});

test('of a forged body nothing is stored', async () => {
  const [stored, calls] = [await keysOf(), gate().aws.calls.length];
  expect(await gate().post('hmac', fromGithub(2_000_000, 'another-secret'))).toMatchObject({ status: 401 });
  await gate().settled();
  expect(await keysOf()).toEqual(stored);
  const services = gate()
    .aws.calls.slice(calls)
    .map(({ service }) => service);
  expect(services).not.toContain('s3');
});

test('a delivery is not accepted without its body in the bucket', async () => {
  gate().aws.decide(({ service }) => (service === 's3' ? 500 : 'pass'));
  expect(await gate().post('hmac', fromGithub(600_000))).toMatchObject({ status: 503 });
  gate().aws.pass();
  await gate().settled();
  expect(await gate().depth('gatepost-issue.fifo')).toBe(0);
});

describe('a function', () => {
  const as = (functionName: string): S3Client =>
    new S3Client({
      ...LOCAL_CLIENT,
      credentials: functionCredentials(functionName),
      endpoint: gate().aws.endpoints.s3,
    });
  const get = (functionName: string, Key: string) =>
    as(functionName).send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  const put = (functionName: string, Key: string) =>
    as(functionName).send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x' }));

  test.each([
    ['gatepost-ingest-hmac', get, 'bodies/hmac/x'],
    ['gatepost-ingest-hmac', put, 'bodies/avaza/x'],
    ['gatepost-ingest-hmac', put, 'data/hmac/issue/x'],
    ['gatepost-fan-out', get, 'data/hmac/issue/x'],
    ['gatepost-console', get, 'bodies/hmac/x'],
    ['gatepost-replay', put, 'bodies/hmac/x'],
    ['gatepost-ingest-hmac', put, 'rejected/hmac/x'],
    ['gatepost-fan-out', get, 'rejected/hmac/x'],
    ['gatepost-console', get, 'rejected/hmac/x'],
    ['gatepost-keep-rejected', get, 'rejected/hmac/x'],
    ['gatepost-keep-rejected', put, 'bodies/hmac/x'],
    ['gatepost-rejected', put, 'rejected/hmac/x'],
    ['gatepost-rejected', get, 'bodies/hmac/x'],
    ['gatepost-replay', get, 'data/hmac/issue/x'],
  ])('%s may not', async (functionName, call, key) => {
    await expect(call(functionName, key)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
