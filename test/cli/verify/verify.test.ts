import { createHmac } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { commands } from '../../../cli/commands/index.ts';
import { run } from '../../../cli/program.ts';
import { type CommandUnderTest, commandUnderTest, NOW } from '../support/gatepost.ts';

const SECRET = 'a secret of the sender, as text';
const BODY = '{"id":"1","type":"ContactCreated","data":{"id":2}}';

const signature = (body: string, key: string | Buffer = SECRET) =>
  `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;

const httpOf = (body: string, headers: Readonly<Record<string, string>>) =>
  [
    'POST /hooks/altoviz HTTP/1.1',
    'Host: a.example',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n');

let folder: string;
const file = async (name: string, text: string) => {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  return path;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatepost-verify-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A template with the sources of an app. */
const templateWith = (...sources: readonly object[]) =>
  JSON.stringify({
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue' },
      FanOut: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: {} } } },
      ...Object.fromEntries(
        sources.map((source, index) => [
          `Ingest${index}`,
          {
            Type: 'AWS::Lambda::Function',
            Properties: { Environment: { Variables: { SOURCE: JSON.stringify(source) } } },
          },
        ]),
      ),
    },
  });

const ALTOVIZ = { name: 'altoviz', provider: 'altoviz', settings: {} };
const IVVY = { name: 'ivvy', provider: 'ivvy', settings: { accountIds: ['14'] } };

/** An app whose synthesis is a copy of a template. */
const anApp = async (name: string, ...sources: readonly object[]) => {
  await file(`${name}/made.json`, templateWith(...sources));
  await file(
    `${name}/app.mjs`,
    `import { cpSync, writeFileSync } from 'node:fs';
const out = process.env.CDK_OUTDIR;
cpSync('made.json', out + '/App.template.json');
writeFileSync(out + '/manifest.json', '{}');
`,
  );
  await file(`${name}/cdk.json`, JSON.stringify({ app: `${process.execPath} app.mjs` }));
  return join(folder, name);
};

interface Input {
  readonly stdin?: string | Buffer;
  readonly typed?: string;
}

/** Runs a command line with no deployment anywhere. */
const runAlone = async (args: readonly string[], { stdin = '', typed }: Input = {}) => {
  const isTTY = typed !== undefined;
  const input = Object.assign(new PassThrough(), { isTTY });
  const out = Object.assign(new PassThrough(), { isTTY: false });
  const err = Object.assign(new PassThrough(), { isTTY });
  input.write(typed ?? stdin);
  if (!isTTY) input.end();
  const exitCode = await run(args, commands, {
    in: input,
    out,
    err,
    env: {},
    stateDir: folder,
    now: () => NOW,
    sleep: async () => undefined,
    interrupted: new AbortController().signal,
  });
  const said = String(out.read() ?? '');
  return { exitCode, out: said, err: String(err.read() ?? ''), json: () => JSON.parse(said) };
};

describe('gatepost verify, without a deployment', () => {
  let app: string;
  let genuine: string;
  beforeAll(async () => {
    app = await anApp('app', ALTOVIZ, IVVY);
    genuine = await file('genuine.http', httpOf(BODY, { 'X-Signature': signature(BODY) }));
  });

  test('synthesizes the app and takes the secret from a pipe: genuine is 0', async () => {
    const ran = await runAlone(['verify', 'altoviz', '--request', genuine, '--app', app], {
      stdin: `${SECRET}\n`,
    });
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(ran.err).toBe('Synthesizing the app in cdk.json …\n');
    expect(ran.out).toMatch(/^altoviz \(altoviz\), with the settings of the app in cdk.json\n/);
    expect(ran.out).toContain('Genuine: the source makes of it: accepted.');
    expect(ran.out).toContain(`Received at ${NOW.toISOString()}, the current time`);
  });

  test('asks on a terminal, and shows nothing of the secret', async () => {
    const ran = await runAlone(['verify', 'altoviz', '--request', genuine, '--app', app], {
      typed: `${SECRET}\n`,
    });
    expect(ran.exitCode).toBe(0);
    // The synthesis takes some seconds: the question comes before it.
    expect(ran.err).toMatch(/The secret of altoviz \(hidden; .*Synthesizing/s);
    expect(ran.out + ran.err).not.toContain(SECRET);
  });

  test('the most likely cause comes first, and the exit code is 1', async () => {
    const rewritten = JSON.stringify(JSON.parse(BODY), undefined, 2);
    const path = await file('rewritten.http', httpOf(rewritten, { 'X-Signature': signature(BODY) }));
    const secret = await file('secret.txt', `${SECRET}\n`);
    const line = ['verify', 'altoviz', '--request', path, '--app', app, '--secret-from', secret];
    const ran = await runAlone(line);
    expect(ran.exitCode).toBe(1);
    expect(ran.out).toMatch(
      /Refused with 401, signature-mismatch\.\nMost likely: It fits the body as compact JSON.* \[body-compact-json\]\n/,
    );
    expect(ran.err).toMatch(/\nThe request is not genuine: signature-mismatch.\n$/);
    expect((ran.out + ran.err).match(/most likely/gi)).toHaveLength(1);
    expect(ran.out).not.toContain(signature(BODY).slice(-20));

    const asJson = await runAlone([...line, '--json', '--received-at', '2026-11-01T00:00:00Z']);
    expect(asJson.json()).toMatchObject({
      source: 'altoviz',
      provider: 'altoviz',
      receivedAt: '2026-11-01T00:00:00.000Z',
      clock: 'option',
      trace: { outcome: { reason: 'signature-mismatch' }, nearMisses: [{ code: 'body-compact-json' }] },
    });
    expect(JSON.parse(asJson.err)).toMatchObject({ error: { exitCode: 1 } });
  });

  test('reads the request from the input, in any format, with the secret from a file', async () => {
    const secret = await file('secret.txt', `${SECRET}\n`);
    const line = ['verify', 'altoviz', '--request', '-', '--app', app, '--secret-from', secret];
    const curl = `curl 'https://a.example/hooks/altoviz' -H 'X-Signature: ${signature(BODY)}' --json '${BODY}'`;
    expect((await runAlone(line, { stdin: curl })).exitCode).toBe(0);
    const request = {
      method: 'POST',
      url: 'https://a.example/',
      headers: [{ name: 'X-Signature', value: signature(BODY) }],
      postData: { text: BODY },
    };
    const har = { log: { entries: [{ request, startedDateTime: '2026-11-20T00:00:00Z' }] } };
    const ran = await runAlone([...line, '--entry', '1'], { stdin: JSON.stringify(har) });
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(ran.out).toContain('Received at 2026-11-20T00:00:00.000Z, the time in the capture');
  });

  test('cdk.out is read where it is newer than the app; a synthesized folder can be named', async () => {
    const other = await anApp('other', ALTOVIZ);
    await file('other/cdk.out/manifest.json', '{}');
    await cp(join(other, 'made.json'), join(other, 'cdk.out/App.template.json'));
    const line = (place: string) => ['verify', 'altoviz', '--request', genuine, '--app', place];
    const fresh = await runAlone(line(other), { stdin: SECRET });
    expect(fresh).toMatchObject({ exitCode: 0, err: '' });
    expect(fresh.out).toContain('cdk.out');
    const later = new Date(Date.now() + 60_000);
    await utimes(join(other, 'app.mjs'), later, later);
    expect((await runAlone(line(other), { stdin: SECRET })).err).toContain('Synthesizing');
    expect(await runAlone(line(join(other, 'cdk.out')), { stdin: SECRET })).toMatchObject({ exitCode: 0 });
  });

  test('an app that is a synthesized folder is read, as the CDK does', async () => {
    const made = await file('named/made/manifest.json', '{}');
    await file('named/made/App.template.json', templateWith(ALTOVIZ));
    const line = ['verify', 'altoviz', '--request', genuine, '--app', join(folder, 'named')];
    for (const named of ['made', join(made, '..')]) {
      await file('named/cdk.json', JSON.stringify({ app: named }));
      expect(await runAlone(line, { stdin: SECRET })).toMatchObject({ exitCode: 0, err: '' });
    }
    await file('named/cdk.json', JSON.stringify({ app: '.' }));
    const ran = await runAlone(line, { stdin: SECRET });
    expect(ran).toMatchObject({ exitCode: 2, out: '' });
    expect(ran.err).toContain('no synthesized assembly');
  });

  test('a source without a secret asks for none, and is undecided without the certificate', async () => {
    const path = await file('sns.http', httpOf('{"Type":"Notification"}', {}));
    const ran = await runAlone(['verify', 'ivvy', '--request', path, '--app', app]);
    expect(ran.exitCode).toBe(1);
    expect(ran.out).toContain('Refused with 400, body-shape');
  });

  test('a short secret: the function would take it for unset', async () => {
    const path = await file('short.http', httpOf(BODY, { 'X-Signature': signature(BODY, 'short') }));
    const ran = await runAlone(['verify', 'altoviz', '--request', path, '--app', app], { stdin: 'short' });
    expect(ran.exitCode).toBe(0);
    expect(ran.err).toContain('answers 503');
  });

  test.each<[string, number, RegExp]>([
    ['verify', 2, /Name a source/],
    ['verify altoviz', 2, /^Name the captured request with --request.*\ngatepost verify altoviz --request/],
    ['verify --guess', 2, /gatepost verify --guess --request/],
    ['verify --request GENUINE', 2, /Name a source/],
    ['verify altoviz --guess --request GENUINE', 2, /not both/],
    ['verify altoviz --request nowhere', 2, /nowhere can't be read/],
    ['verify altoviz --request GENUINE --app APP --secret-from nowhere', 2, /nowhere can't be read/],
    ['verify altoviz --request GENUINE --app APP', 2, /No secret was given/],
    ['verify altoviz --request - --app APP', 2, /can't be read: it is empty/],
    ['verify altoviz --request GENUINE --app nowhere', 2, /no CDK app in nowhere/],
    ['verify altoviz --request GENUINE --app APP --entry x', 2, /--entry must be/],
    ['verify altoviz --request GENUINE --app APP --received-at yesterday', 2, /ISO 8601/],
    ['verify unknown --request GENUINE --app APP', 4, /there are: altoviz, ivvy/],
    ['verify altoviz --request GENUINE --app BROKEN', 1, /failed: .*it is broken/s],
    ['verify --guess --request GENUINE --secret-from deployment', 2, /no source whose secret/],
  ])('%s ends with %s', async (line, exitCode, words) => {
    await file('broken/cdk.json', JSON.stringify({ app: 'echo it is broken >&2; false' }));
    const places = { GENUINE: genuine, APP: app, BROKEN: join(folder, 'broken') };
    const args = line.split(' ').map((word) => Reflect.get(places, word) ?? word);
    const ran = await runAlone(args);
    expect(ran).toMatchObject({ exitCode, out: '' });
    expect(ran.err).toMatch(words);
  });
});

describe('what gatepost verify says', () => {
  const SECONDS = NOW.getTime() / 1000;
  // What version 0.1.0 has deployed.
  const former = {
    name: 'saas',
    events: { 'order.paid': 'order.paid' },
    eventName: 'body:type',
    header: 'x-signature',
  };
  const saas = (name: string, options: object) => ({
    name,
    provider: 'hmac',
    settings: {
      name: 'saas',
      catalogue: { 'order.paid': 'order.paid' },
      eventName: 'body:type',
      header: 'x-signature',
      ...options,
    },
  });
  const TIMED = { signedContent: '{x-time}.{body}', timestamp: 'header:x-time' };
  const URL_SIGNED = { signedContent: '{url}{body}' };
  const HANDSHAKE = {
    handshake: { at: 'body:challenge', signed: false, answer: 'body:challenge' },
  };
  const hexOf = (text: string, key = SECRET) => createHmac('sha256', key).update(text).digest('hex');
  const body = '{"type":"order.paid","id":7}';

  let app: string;
  beforeAll(async () => {
    app = join(folder, 'said');
    await file('said/manifest.json', '{}');
    const sources = [
      saas('plain', {}),
      saas('timed', TIMED),
      saas('url', URL_SIGNED),
      saas('form', { bodyForm: 'form' }),
      saas('encoded', { secretEncoding: 'hex' }),
      saas('greeted', HANDSHAKE),
      saas('choosing', {
        catalogue: { 'order.paid': 'order.paid', 'order.sent': 'order.sent' },
        events: ['order.sent'],
      }),
      { ...saas('former', {}), settings: former },
      saas('list', { items: 'body', eventName: 'item:type', eventId: 'item:id' }),
    ];
    await file('said/App.template.json', templateWith(...sources));
  });

  const said = async (
    name: string,
    headers: Readonly<Record<string, string>>,
    sent = body,
    args: readonly string[] = [],
  ) => {
    const request = await file('said.http', httpOf(sent, headers));
    const line = ['verify', name, '--request', request, '--app', app, ...args];
    return (await runAlone(line, { stdin: SECRET })).out;
  };

  test('an event that the source does not let in is ignored', async () => {
    const signed = { 'X-Signature': hexOf(body) };
    expect(await said('choosing', signed)).toContain(
      'order.paid, no id: its content identifies it, not let in',
    );
    expect(await said('plain', signed)).toContain(
      'order.paid, no id: its content identifies it, queue order',
    );
    expect(JSON.parse(await said('choosing', signed, body, ['--json']))).toMatchObject({
      events: [{ name: 'order.paid', listed: true, ignored: true }],
    });
  });

  test('a source of version 0.1.0 is read as it is', async () => {
    expect(await said('former', { 'X-Signature': hexOf(body) })).toContain('queue order');
  });

  test('another secret is suspected only where nothing else shows', async () => {
    const wrong = { 'X-Signature': hexOf(body, 'another') };
    expect(await said('plain', wrong)).toContain('most likely it was signed with another secret');
    const cut = await said('plain', { ...wrong, 'Content-Length': '104' });
    expect(cut).toContain(`The capture is cut: ${body.length} of 104 bytes`);
    const url = await said('url', wrong);
    expect(url).toContain(
      'The URL is signed: is the URL of the capture the one that is registered at the sender?',
    );
    const form = await said('form', wrong);
    expect(form).toContain('not of the declared bodyForm "form", but of the form "json"');
    const missing = await said('plain', {});
    const malformed = await said('plain', { 'X-Signature': 'none' });
    const unset = await said('encoded', wrong);
    expect(unset).toMatch(/Key +current secret, 31 characters: not readable as hex\n/);
    for (const out of [cut, url, form, missing, malformed, unset])
      expect(out).not.toContain('another secret');
  });

  test('a request that is late may come of a slow clock; the current time is doubted only where it was taken', async () => {
    const slow = String(SECONDS - 600);
    const headers = { 'X-Time': slow, 'X-Signature': hexOf(`${slow}.${body}`) };
    const dated = await said('timed', { ...headers, Date: NOW.toUTCString() });
    expect(dated).toContain('Refused with 403, stale');
    expect(dated).toContain('or the sender’s clock is behind');
    expect(dated).not.toContain('--received-at');
    expect(dated).not.toContain('another secret');
    expect(await said('timed', headers)).toContain('with --received-at it may fit');
  });

  test('the events of a genuine request are named', async () => {
    const one = await said('plain', { 'X-Signature': hexOf(body) });
    expect(one).toContain('1 event:\n  order.paid, no id: its content identifies it, queue order\n');
    const list = '[{"type":"order.paid","id":"a"},{"type":"stock.moved","id":"b"}]';
    const two = await said('list', { 'X-Signature': hexOf(list) }, list);
    expect(two).toContain('2 events:\n  order.paid, id a, queue order\n');
    expect(two).toContain('  stock.moved, id b, not listed in the catalogue: queue unrecognized\n');
    const asJson = await said('list', { 'X-Signature': hexOf(list) }, list, ['--json']);
    expect(JSON.parse(asJson)).toMatchObject({ events: [{ id: 'a', listed: true }, { listed: false }] });
  });

  test('a handshake that is not signed has no lines on keys', async () => {
    const out = await said('greeted', {}, '{"challenge":"abc"}');
    expect(out).toMatch(/\nA handshake, not signed\. Answer: 200, text\/plain\n$/);
  });
});

describe('gatepost verify --guess', () => {
  test('prints the declaration, as text and as JSON', async () => {
    const headers = { 'X-Saas-Signature': signature(BODY).slice('sha256='.length) };
    const path = await file('guess.http', httpOf(BODY, headers));
    const ran = await runAlone(['verify', '--guess', '--request', path], { stdin: SECRET });
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toContain("  provider: 'hmac',\n");
    expect(ran.out).toContain("  header: 'x-saas-signature',\n");
    expect(ran.out).toContain('To fill in or to check: name, catalogue, eventName, eventId, entityId.');
    const asJson = await runAlone(['verify', '--guess', '--json', '--request', path], { stdin: SECRET });
    expect(asJson.json()).toMatchObject({
      provider: 'hmac',
      options: { header: 'x-saas-signature' },
      verified: true,
    });
  });

  test('says so where nothing fits', async () => {
    const path = await file('guess.http', httpOf(BODY, { 'X-Signature': signature(BODY) }));
    const ran = await runAlone(['verify', '--guess', '--request', path], { stdin: 'another secret' });
    expect(ran).toMatchObject({ exitCode: 1, out: '' });
    expect(ran.err).toContain('No known scheme fits');
    expect(ran.err).toContain(
      'the sender signs a text that is not known: declare it by hand, docs/verification.md',
    );
    expect(ran.err).toContain('header:x-signature: hex of 32 bytes after "sha256="');
    expect(ran.err).not.toContain(signature(BODY).slice(-20));
  });

  test('says what has to change where the request does not fit as it is', async () => {
    const path = await file('guess.http', httpOf(BODY, { 'X-Signature': signature(BODY, `${SECRET}\n`) }));
    const ran = await runAlone(['verify', '--guess', '--request', path], { stdin: SECRET });
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toMatch(
      /^This declaration fits, but not the request as it is.*\[secret-with-line-break\]/,
    );
  });
});

describe('gatepost verify, with a deployment', () => {
  let gatepost: CommandUnderTest;
  beforeEach(async () => {
    gatepost = await commandUnderTest();
    await gatepost.setSecret('altoviz', SECRET);
  });
  afterEach(() => gatepost.stop());

  test('takes settings and secret from there', async () => {
    const path = await file('genuine.http', httpOf(BODY, { 'X-Signature': signature(BODY) }));
    const ran = await gatepost.run(`verify altoviz --request ${path}`);
    expect(ran).toMatchObject({ exitCode: 0, err: '' });
    expect(ran.out).toContain('with the settings of the local stack');
  });

  test('accepts the previous secret, as the function does', async () => {
    await gatepost.setSecret('altoviz', 'the new secret, long enough');
    const path = await file('genuine.http', httpOf(BODY, { 'X-Signature': signature(BODY) }));
    const { json, exitCode } = await gatepost.run(`verify altoviz --json --request ${path}`);
    expect(exitCode).toBe(0);
    expect(json()).toMatchObject({
      trace: { keys: [{ fits: false }, { key: 'previous secret', fits: true }] },
    });
  });

  test('tries the secrets of the other sources, with the user’s permissions', async () => {
    await gatepost.setSecret('github', 'the secret of github, long enough');
    const headers = { 'X-Signature': signature(BODY, 'the secret of github, long enough') };
    const path = await file('other.http', httpOf(BODY, headers));
    const ran = await gatepost.run(`verify altoviz --request ${path}`);
    expect(ran.exitCode).toBe(1);
    expect(ran.out).toContain('Most likely: It fits the secret of the source github');
    expect(ran.out + ran.err).not.toContain('long enough');
  });

  test('tries the schemes of the other sources with their own secrets', async () => {
    await gatepost.setSecret('github', 'the secret of github, long enough');
    const bare = signature(BODY, 'the secret of github, long enough').slice('sha256='.length);
    const path = await file(
      'other.http',
      httpOf(BODY, { 'X-Hub-Signature-256': bare, 'X-GitHub-Event': 'ping' }),
    );
    const ran = await gatepost.run(`verify altoviz --request ${path}`);
    expect(ran.exitCode).toBe(1);
    expect(ran.out).toContain('Refused with 401, signature-missing');
    expect(ran.out).toContain('Most likely: It is genuine for the source github');
  });

  test('refuses where the secret is not set', async () => {
    const path = await file('genuine.http', httpOf(BODY, { 'X-Signature': signature(BODY) }));
    const ran = await gatepost.run(`verify ivy --request ${path}`);
    expect(ran).toMatchObject({ exitCode: 4, out: '' });
    expect(ran.err).toContain('The secret of ivy is not set.');
  });
});
