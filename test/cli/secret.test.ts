import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PLACEHOLDER_SECRET } from '../../lambdas/ingest/secrets.ts';
import { type CommandUnderTest, commandUnderTest, type RunOptions } from './support/gatepost.ts';
import { type ProviderApi, startProviderApi } from './support/provider-api.ts';
import { KEY, simulatedAltoviz, simulatedAvaza } from './support/simulated-providers.ts';

const OLD = 'the secret before, long enough';

let gatepost: CommandUnderTest;
let api: ProviderApi | undefined;
beforeEach(async () => {
  gatepost = await commandUnderTest();
});
afterEach(async () => {
  await api?.stop();
  api = undefined;
  await gatepost.stop();
});

describe('gatepost secret', () => {
  test('stores what is piped in, without the line break behind it, and prints nothing of it', async () => {
    const { exitCode, out, err } = await gatepost.run('secret ivy', { stdin: `${OLD}\n` });
    expect(exitCode).toBe(0);
    expect(await gatepost.secret('ivy')).toBe(OLD);
    expect(`${out}${err}`).not.toContain(OLD);
  });

  test('asks for it on a terminal, and shows nothing of it', async () => {
    const { exitCode, out, err } = await gatepost.run('secret ivy', { typed: `${OLD}\n` });
    expect(exitCode).toBe(0);
    expect(err).toContain('is not shown');
    expect(await gatepost.secret('ivy')).toBe(OLD);
    expect(`${out}${err}`).not.toContain(OLD);
  });

  test('the same again stores nothing: what was before stays valid', async () => {
    await gatepost.setSecret('ivy', OLD);
    expect(await gatepost.run('secret ivy', { stdin: OLD })).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('nothing was stored'),
    });
  });

  test.each([
    ['altoviz', /^[0-9a-f]{64}$/],
    ['avaza', /^avaza:[0-9a-f]{64}$/],
    ['github', /^[0-9a-f]{64}$/],
  ])('--generate makes one up for %s, another one each time', async (source, form) => {
    const first = await gatepost.run(`secret ${source} --generate --show --json`);
    const stored = await gatepost.secret(source);
    expect(stored).toMatch(form);
    expect(first.json()).toMatchObject({ stored: true, secret: stored });
    const second = await gatepost.run(`secret ${source} --generate`);
    expect(await gatepost.secret(source)).not.toBe(stored);
    expect(second.out).not.toContain(await gatepost.secret(source));
  });

  test('--show alone prints the one that is stored', async () => {
    await gatepost.setSecret('altoviz', OLD);
    expect(await gatepost.run('secret altoviz --show')).toMatchObject({ exitCode: 0, out: `${OLD}\n` });
    expect(await gatepost.run('secret avaza --show')).toMatchObject({ exitCode: 4, out: '' });
  });

  test.each([
    ['secret ivvy --generate', '', /ivvy has no secret/],
    ['secret ivy --generate', '', /made by Ivy, not by us/],
    ['secret augustus --generate', '', /made by Augustus/],
    ['secret altoviz', '', /no secret came/],
    ['secret altoviz', 'short', /at least 16 characters/],
    ['secret altoviz', PLACEHOLDER_SECRET, /placeholder/],
    ['secret altoviz', 'x'.repeat(5000), /longer than 4096/],
    ['secret augustus', 'no secret of Standard Webhooks', /whsec_/],
    ['secret avaza', `${'é'.repeat(20)}`, /ASCII/],
    ['secret avaza', 'x'.repeat(256), /255/],
    ['secret altoviz on-the-command-line', '', /too many arguments/],
  ])('%s of "%.20s" stores nothing', async (line, stdin, words) => {
    const { exitCode, out, err } = await gatepost.run(line, { stdin });
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toMatch(words);
    expect(await gatepost.secret('altoviz')).toBe(PLACEHOLDER_SECRET);
  });
});

describe.each([
  ['altoviz', simulatedAltoviz, 'CustomerCreated', 'InvoiceCreated'],
  ['avaza', simulatedAvaza, 'task_created', 'task_updated'],
] as const)('rotating the secret of %s', (source, simulate, ...events) => {
  let provider: ReturnType<typeof simulate>;
  let run: (line: string, options?: RunOptions) => ReturnType<CommandUnderTest['run']>;
  beforeEach(async () => {
    provider = simulate();
    const started = await startProviderApi(provider.reply);
    api = started;
    const begin = `GATEPOST_${source.toUpperCase()}_API`;
    const env = { [`${begin}_KEY`]: KEY, [`${begin}_URL`]: started.url };
    run = (line, options = {}) => gatepost.run(line, { ...options, env });
    await gatepost.setSecret(source, OLD);
    await run(`subscribe ${source} ${events.join(' ')} --yes`);
  });

  /** The secrets that the provider signs with now. */
  const registered = (): readonly (string | undefined)[] => [
    ...new Set(
      provider
        .webhooks()
        .map((webhook) =>
          'secretKey' in webhook ? webhook.secretKey : (webhook as { secret?: string }).secret,
        ),
    ),
  ];

  test('stores it, waits until every function takes it, and only then tells the provider: the new before the old goes', async () => {
    const seen: { readonly stored: Promise<string | undefined>; readonly registered: readonly unknown[] }[] =
      [];
    let waited = 0;
    const before = api?.asked.length ?? 0;
    const { exitCode, out, err } = await run(`secret ${source} --generate`, {
      onSleep: (ms) => {
        if (waited < 35_000) seen.push({ stored: gatepost.secret(source), registered: registered() });
        waited += ms;
      },
    });
    expect(exitCode).toBe(0);
    const current = await gatepost.secret(source);
    expect(waited).toBeGreaterThan(30_000);
    for (const { stored, registered } of seen) expect([await stored, registered]).toEqual([current, [OLD]]);
    expect(registered()).toEqual([current]);
    const asked = (api?.asked.slice(before) ?? [])
      .map(({ method }) => method)
      .filter((method) => method !== 'GET');
    expect(asked.lastIndexOf('POST')).toBeLessThan(asked.indexOf('DELETE'));
    expect(`${out}${err}`).not.toContain(current);
    expect((await run(`subscribe ${source} ${events.join(' ')}`)).out).toContain('nothing to do');
  });

  test('an API that does not answer is found out before anything is stored', async () => {
    api?.fail(401);
    expect(await run(`secret ${source} --generate`)).toMatchObject({ exitCode: 6 });
    expect(await gatepost.secret(source)).toBe(OLD);
  });

  test('half done it says what to do, lets nobody rotate again, and subscribe finishes it', async () => {
    let failing = false;
    const half = await run(`secret ${source} --generate`, {
      onSleep: () => {
        // Once stored: all that is asked from here on fails, until it is given up.
        if (!failing) api?.fail(500);
        failing = true;
      },
    });
    const current = await gatepost.secret(source);
    expect(half.exitCode).toBe(6);
    expect(half.err).toMatch(/The new secret is stored, but \w+ may still use the one before/);
    expect(half.err).toContain(`gatepost subscribe ${source} finishes it`);
    expect([current === OLD, registered()]).toEqual([false, [OLD]]);

    expect(await run(`secret ${source} --generate`)).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/Finish the last rotation first/),
    });
    expect(await gatepost.secret(source)).toBe(current);
    expect(await run(`subscribe ${source} ${events.join(' ')} --yes`)).toMatchObject({ exitCode: 0 });
    expect(registered()).toEqual([current]);
  });
  test('interrupted while it waits, it says the same', async () => {
    const interruption = new AbortController();
    const ran = await run(`secret ${source} --generate`, {
      interrupted: interruption.signal,
      onSleep: () => interruption.abort(),
    });
    expect(ran).toMatchObject({
      exitCode: 130,
      err: expect.stringContaining(`gatepost subscribe ${source}`),
    });
    expect(registered()).toEqual([OLD]);
  });
});
