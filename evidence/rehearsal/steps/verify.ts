import assert from 'node:assert/strict';
import { follow, followEach } from '../follow.ts';
import { gatepostJson, outputsOf, sign, succeed, type Walk } from '../walk.ts';

/**
 * Writes a genuine delivery of Altoviz into the customer's folder, in each form that `gatepost verify` reads.
 *
 * @returns the source's secret, which is in a file too.
 */
export const capture = async (walk: Walk): Promise<string> => {
  const { headers, body } = await sign(walk, 'altoviz', 'CustomerUpdated');
  const { AltovizHookUrl: url = '' } = await outputsOf(walk);
  const { host, pathname } = new URL(url);
  const text = body.toString();
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  const har = {
    log: {
      entries: [
        {
          request: {
            method: 'POST',
            url,
            headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
            postData: { text },
          },
        },
      ],
    },
  };
  const secret = walk.secrets.get('altoviz') ?? '';
  const files = {
    'captured.http': [`POST ${pathname} HTTP/1.1`, `Host: ${host}`, ...lines, '', text].join('\r\n'),
    'captured.har': JSON.stringify(har),
    'curl.txt': `curl ${quoted(url)} ${lines.map((line) => `-H ${quoted(line)}`).join(' ')} --data-raw ${quoted(text)}`,
    'saas-secret': secret,
  };
  for (const [file, input] of Object.entries(files)) await succeed(walk, `cat > ${file}`, { input });
  return secret;
};

/** What was captured is genuine, by each command of the pages. */
export const verify = async (walk: Walk, secret: string): Promise<void> => {
  const [app, , guess] = await followEach(walk, 'verify', [0, 0, 0], {
    input: secret,
    replace: { 'pass show saas': 'cat saas-secret' },
  });
  assert.match(`${app?.out}`, /genuine/i);
  assert.match(`${guess?.out}`, /provider: 'hmac'/);
  await follow(walk, 'why401', { input: secret, replace: { '<source>': 'altoviz' } });
  await follow(walk, 'guess', { input: secret });
  const { trace } = await gatepostJson<{ readonly trace: { readonly outcome: { readonly kind: string } } }>(
    walk,
    'verify altoviz --request captured.http --secret-from saas-secret',
  );
  assert.equal(trace.outcome.kind, 'genuine');
};
