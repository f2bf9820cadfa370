import { createHmac, randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { commands } from '../../cli/commands/index.ts';
import { run } from '../../cli/program.ts';
import { QUOTA } from '../../lambdas/event-log/rejected-quota.ts';
import type { Retrial } from '../../lambdas/rejected/retry.ts';
import { gateUnderTest } from './support/gate-under-test.ts';

const gate = gateUnderTest();

interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `gatepost rejected` on the local stack. */
const rejected = async (line: string): Promise<Ran> => {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const args = ['rejected', ...line.split(' ').filter(Boolean), '--local'];
  const exitCode = await run(args, commands, {
    in: PassThrough.from(['']),
    out,
    err,
    env: {},
    stateDir: gate().stateDir,
    now: () => new Date(),
    sleep: async () => undefined,
    interrupted: new AbortController().signal,
  });
  return { exitCode, out: String(out.read() ?? ''), err: String(err.read() ?? '') };
};

interface Listed {
  readonly id: string;
  readonly reason: string;
  readonly isSigned: boolean;
  readonly retried?: string;
}

const listed = async (filters: string): Promise<readonly Listed[]> =>
  JSON.parse((await rejected(`${filters} --json`)).out).rejected;

/** Waits until so many are kept. */
const keptOf = async (source: string, count: number): Promise<readonly Listed[]> => {
  let found: readonly Listed[] = [];
  await gate().until(`${count} rejected deliveries of ${source} are kept`, async () => {
    found = await listed(`--source ${source} --oldest`);
    return found.length >= count;
  });
  return found;
};

const retried = async (line: string): Promise<readonly Retrial[]> =>
  JSON.parse((await rejected(`retry ${line} --yes --json`)).out).retried;

const altoviz = (secret: string, id: number, type = 'CustomerCreated') => {
  const body = JSON.stringify({ id: `evt-${id}-${type}`, type, data: { id, number: `C${id}` } });
  return {
    headers: { 'x-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` },
    body,
  };
};

/** Of the log of a source's function: its lines about rejections. */
const rejections = (source: string) =>
  gate()
    .lines.filter(({ functionName }) => functionName === `gatepost-ingest-${source}`)
    .map(({ text }) => JSON.parse(text))
    .filter(({ message }) => message === 'rejected' || message === 'failed');

const SECRET = 'the secret that altoviz really signs with';

test('what a wrong secret refused is taken back once the secret is right: each event once, in order', async () => {
  await gate().setSecret('altoviz', 'a secret that somebody mistyped');
  for (const id of [1, 2, 3]) {
    expect(
      await gate().post(
        'altoviz',
        altoviz(SECRET, 7, ['CustomerCreated', 'CustomerUpdated', 'CustomerDeleted'][id - 1]),
      ),
    ).toMatchObject({ status: 401 });
  }
  const kept = await keptOf('altoviz', 3);
  expect(kept.map(({ reason, isSigned }) => ({ reason, isSigned }))).toEqual(
    [1, 2, 3].map(() => ({ reason: 'signature-mismatch', isSigned: false })),
  );
  // From the log to the command: the line has the id.
  expect(rejections('altoviz').map(({ deliveryId }) => deliveryId)).toEqual(kept.map(({ id }) => id));

  const tooEarly = await rejected('retry --source altoviz --since 1h --yes');
  expect(tooEarly).toMatchObject({ exitCode: 4 });
  expect(tooEarly.out).toMatch(/still refused +signature-mismatch +3/);

  await gate().setSecret('altoviz', SECRET);
  const trial = await rejected('retry --source altoviz --since 1h');
  expect(trial).toMatchObject({ exitCode: 5 });
  expect(trial.out).toMatch(/genuine: to be stored +3 +3/);
  const { checked } = JSON.parse((await rejected('retry --source altoviz --since 1h --json')).out);
  expect(checked.map(({ outcome }: Retrial) => outcome)).toEqual(Array(3).fill('would-store'));
  expect(await gate().depth('gatepost-intake.fifo')).toBe(0);

  const results = await retried('--source altoviz --since 1h');
  expect(results.map(({ outcome }) => outcome)).toEqual(['stored', 'stored', 'stored']);
  const events = await gate().take('customer', 3);
  expect(events.map(({ event }) => event.providertype)).toEqual([
    'CustomerCreated',
    'CustomerUpdated',
    'CustomerDeleted',
  ]);
  expect(events.map(({ event }) => event.deliveryid)).toEqual(results.map(({ deliveryId }) => deliveryId));

  // Again, by their ids and as repeats of the provider: nothing arrives twice.
  const again = await rejected(`retry ${kept.map(({ id }) => id).join(' ')} --yes --json`);
  expect(again.exitCode).toBe(0);
  expect(await rejected('retry --source altoviz --since 1h')).toMatchObject({
    exitCode: 0,
    err: expect.stringContaining('nothing to take back'),
  });
  expect(await rejected('retry --source altoviz --since 1h --reason stale')).toMatchObject({ exitCode: 4 });
  // A function remembers for half a minute that the secret was wrong.
  await gate().localStack.interrupt('gatepost-ingest-altoviz');
  expect(await gate().post('altoviz', altoviz(SECRET, 7))).toMatchObject({ status: 200 });
  await gate().settled();
  expect(await gate().depth('gatepost-customer.fifo')).toBe(0);
  expect((await listed('--source altoviz')).map(({ retried }) => retried)).toEqual([
    'stored',
    'stored',
    'stored',
  ]);
});

test('who did it is logged, and none of it counts as lag', async () => {
  const lines = gate().lines.filter(({ functionName }) => functionName === 'gatepost-rejected');
  expect(lines.map(({ text }) => JSON.parse(text))).toContainEqual(
    expect.objectContaining({ message: 'retried', outcome: 'stored', claimedBy: 'the local stack' }),
  );
  expect(lines.map(({ text }) => text).join()).not.toContain('CustomerCreated');
});

test('one can be shown and explained, without its secret', async () => {
  const [first] = await listed('--source altoviz --oldest');
  const shown = await rejected(`show ${first?.id}`);
  expect(shown).toMatchObject({ exitCode: 0 });
  expect(shown.out).toContain('signature-mismatch');
  expect(shown.out).toContain('"number":"C7"');
  const explained = await rejected(`explain ${first?.id}`);
  expect(explained).toMatchObject({ exitCode: 0 });
  expect(explained.out).toContain('Genuine. It was taken back before.');
  expect(explained.out).not.toContain(SECRET);
  expect(await rejected('show 00000000-0000-4000-8000-000000000000')).toMatchObject({
    exitCode: 4,
    err: expect.stringContaining('or is not written yet: try again in a few seconds'),
  });
  for (const op of ['show', 'explain', 'retry']) {
    expect(await rejected(`${op} nonsense`)).toMatchObject({ exitCode: 2 });
  }
});

test('the list names its columns, and a reason that is none is answered with where they are', async () => {
  const [head] = (await rejected('--source altoviz')).out.split('\n');
  expect(head?.split(/ {2,}/)).toEqual(['TIME (UTC)', 'SOURCE', 'REASON', 'SIGNATURE', 'REMARKS', 'ID']);
  expect(await rejected('--reason nix')).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('docs/runbook.md#the-reasons lists them.'),
  });
});

test('what was stale stays stale, whatever the secret', async () => {
  const request = await gate().sign('standard-webhooks');
  const old = { ...request, headers: { ...request.headers } };
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  await gate().setSecret('standard-webhooks', secret);
  const at = String(Math.floor(Date.now() / 1000) - 3_600);
  const key = Buffer.from(secret.slice(6), 'base64');
  const body = String(old.body);
  const signature = createHmac('sha256', key).update(`msg_1.${at}.${body}`).digest('base64');
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` };
  expect(await gate().post('standard-webhooks', { headers, body })).toMatchObject({ status: 403 });
  const [kept] = await keptOf('standard-webhooks', 1);
  expect(kept).toMatchObject({ reason: 'stale', isSigned: true });
  expect(await rejected(`retry ${kept?.id} --yes`)).toMatchObject({ exitCode: 4 });
  expect((await rejected(`explain ${kept?.id}`)).out).toContain('stale');
});

test('a secret in a header is nowhere in clear, and can be checked again all the same', async () => {
  const sent = 'avaza:a-secret-that-is-sent-along';
  await gate().setSecret('avaza', 'avaza:another-secret-of-that-length');
  const credentials = Buffer.from(sent).toString('base64');
  const request = await gate().sign('avaza');
  const headers = { ...request.headers, authorization: `Basic ${credentials}` };
  expect(await gate().post('avaza', { ...request, headers })).toMatchObject({ status: 401 });
  const [kept] = await keptOf('avaza', 1);

  const items = await gate().everything();
  const texts = items.flatMap((item) => Object.values(item).map((value) => value.S ?? ''));
  const calls = gate().aws.calls.map(({ body }) => body);
  const printed = gate().lines.map(({ text }) => text);
  for (const text of [...texts, ...calls, ...printed, (await rejected(`show ${kept?.id}`)).out]) {
    expect(text).not.toContain(credentials);
    expect(text).not.toContain(sent);
  }

  await gate().setSecret('avaza', sent);
  expect((await rejected(`explain ${kept?.id}`)).out).toContain(
    `Genuine. \`gatepost rejected retry ${kept?.id}\` stores it.`,
  );
  expect(await retried(`${kept?.id}`)).toMatchObject([{ outcome: 'stored' }]);
  // The hash is worth nothing at the gate.
  const hash = JSON.parse((await rejected(`show ${kept?.id} --json`)).out).headers.authorization;
  expect(hash).toMatch(/^Basic [\w-]{43}$/);
  expect(
    await gate().post('avaza', { ...request, headers: { ...headers, authorization: hash } }),
  ).toMatchObject({
    status: 401,
  });
});

test('a forgotten address: what comes from elsewhere is kept with the knowledge that it is signed', async () => {
  await gate().setSecret('altoviz-elsewhere', SECRET);
  expect(await gate().post('altoviz-elsewhere', altoviz(SECRET, 1))).toMatchObject({ status: 403 });
  expect(await gate().post('altoviz-elsewhere', altoviz('another secret altogether', 2))).toMatchObject({
    status: 403,
  });
  const kept = await keptOf('altoviz-elsewhere', 2);
  expect(kept.map(({ reason, isSigned }) => [reason, isSigned])).toEqual([
    ['address-not-allowed', true],
    ['address-not-allowed', false],
  ]);
  expect((await rejected(`explain ${kept[0]?.id}`)).out).toContain(
    'Refused with 403, address-not-allowed. Its signature holds.',
  );
  expect((await rejected(`explain ${kept[1]?.id}`)).out).toContain(
    'Refused with 403, address-not-allowed. Its signature does not hold: signature-mismatch.',
  );
});

test('a source without a secret answers 503, and keeps what came', async () => {
  await gate().setSecret('altoviz-unset', 'replace-me-with-the-secret-of-the-provider');
  expect(await gate().post('altoviz-unset', altoviz(SECRET, 5))).toMatchObject({ status: 503 });
  expect(await keptOf('altoviz-unset', 1)).toMatchObject([{ reason: 'secret-unset' }]);
  const [{ id = '' } = {}] = await listed('--source altoviz-unset');
  const why = await rejected(`explain ${id}`);
  expect(why.out).toContain(
    'Refused with 503, secret-unset: the secret is the placeholder or shorter than 16',
  );
  expect(why.out).not.toContain('tried');
  await gate().setSecret('altoviz-unset', SECRET);
  expect(await retried('--source altoviz-unset --since 1h')).toMatchObject([{ outcome: 'stored' }]);
  expect(await gate().take('customer', 1)).toHaveLength(1);
});

describe('a large body', () => {
  /** A delivery with so many characters that can hardly be compressed. */
  const large = (secret: string, characters: number, id: number) => {
    const note = randomBytes(characters).toString('base64').slice(0, characters);
    const body = JSON.stringify({ id: `evt-large-${id}`, type: 'ProductCreated', data: { id, note } });
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    return { headers: { 'x-signature': `sha256=${signature}` }, body };
  };
  const toBucket = () =>
    gate().aws.calls.filter(({ service, action }) => service === 's3' && action === 'PUT');

  test('is kept in the bucket by the one writer, shown, explained and taken back', async () => {
    await gate().setSecret('altoviz-unset', 'replace-me-with-the-secret-of-the-provider');
    // Compressed more than an item of the event log takes, and less than a message.
    const request = large(SECRET, 850_000, 901);
    const before = toBucket().length;
    expect(await gate().post('altoviz-unset', request)).toMatchObject({ status: 503 });
    const kept = (await keptOf('altoviz-unset', 2)).at(-1);
    expect(toBucket().slice(before)).toMatchObject([{ functionName: 'gatepost-keep-rejected' }]);

    const shown = JSON.parse((await rejected(`show ${kept?.id} --json`)).out);
    expect(shown.body).toBe(request.body);
    await gate().setSecret('altoviz-unset', SECRET);
    expect((await rejected(`explain ${kept?.id}`)).out).toContain('Genuine');
    const view = await gate().localStack.invoke('gatepost-rejected', { view: 'delivery', id: kept?.id });
    expect(view).toContain(`${request.body.length} bytes`);
    expect(await retried(`${kept?.id}`)).toMatchObject([{ outcome: 'stored' }]);
    expect(await gate().take('product', 1)).toMatchObject([{ event: { subject: '901' } }]);
  });

  test('of 3 MB is kept if it can be compressed; what is too large even then is counted', async () => {
    const [packed, noise] = [
      large('forged, and not the secret', 30, 902).body.replace(
        '"note":"',
        `"note":"${'x'.repeat(2_900_000)}`,
      ),
      large('forged, and not the secret', 1_200_000, 903).body,
    ];
    const headers = { 'x-signature': `sha256=${'0'.repeat(64)}` };
    expect(await gate().post('altoviz', { headers, body: packed })).toMatchObject({ status: 401 });
    expect(rejections('altoviz').at(-1)).toMatchObject({ deliveryId: expect.any(String) });
    const before = toBucket().length;
    expect(await gate().post('altoviz', { headers, body: noise })).toMatchObject({ status: 401 });
    expect(rejections('altoviz').at(-1)).toMatchObject({ notKept: 'too-large' });
    expect(toBucket()).toHaveLength(before);
  });
});

test('a flood of forged requests is not kept, and pushes out nothing whose signature holds', async () => {
  await gate().setSecret('altoviz-elsewhere', SECRET);
  const before = (await listed('--source altoviz-elsewhere')).length;
  await Promise.all(
    Array.from({ length: 60 }, (_, id) =>
      gate().post('altoviz-elsewhere', altoviz('forged, and not the secret', id)),
    ),
  );
  expect(await gate().post('altoviz-elsewhere', altoviz(SECRET, 1_000))).toMatchObject({ status: 403 });
  await gate().until('the signed one is kept', async () =>
    (await listed('--source altoviz-elsewhere')).some(({ isSigned }, index) => isSigned && index === 0),
  );
  // Each of a few instances hands over six at once.
  expect((await listed('--source altoviz-elsewhere --limit 1000')).length - before).toBeLessThan(4 * 6 + 6);
  expect(rejections('altoviz-elsewhere')).toContainEqual(expect.objectContaining({ notKept: 'too-many' }));
  expect(QUOTA).toBeLessThanOrEqual(1_000);
}, 20_000);

test('nothing that comes through the gate has anything checked again', async () => {
  const invoked = () =>
    gate().lines.filter(({ functionName }) => functionName === 'gatepost-rejected').length;
  const before = invoked();
  const [{ id = '' } = {}] = await listed('--source altoviz');
  for (const body of [
    { op: 'retry', ids: [id], by: 'me' },
    { retry: { of: id, at: new Date().toISOString() } },
  ]) {
    await gate().post('altoviz', { body: JSON.stringify(body) });
    await gate().post('rejected', { body: JSON.stringify(body) });
  }
  expect(invoked()).toBe(before);
  // Nor can a web page in the browser of this machine.
  const url = `${gate().localStack.lambda}/2015-03-31/functions/gatepost-rejected/invocations`;
  const call = JSON.stringify({ op: 'retry', ids: [id], by: 'me' });
  expect((await fetch(url, { method: 'POST', body: call })).status).toBe(403);
  const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=a', origin: 'https://example.com' };
  expect((await fetch(url, { method: 'POST', body: call, headers: signed })).status).toBe(403);
  expect(invoked()).toBe(before);
});
