import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CliError } from '../../../cli/cli-error.ts';
import { type Capture, headersByName } from '../../../cli/verify/capture.ts';
import { readCurl } from '../../../cli/verify/curl.ts';
import { parseCapture } from '../../../cli/verify/read-capture.ts';

const parsed = (text: string | Buffer, entry?: number): Capture => parseCapture(Buffer.from(text), entry);

const inShort = ({ method, url, headers, body }: Capture) => ({
  method,
  url,
  headers: headersByName(headers),
  body: body.toString('latin1'),
});

// A request that each format can hold. Headers as the senders write them: visible ASCII.
const token = fc.stringMatching(/^x-[a-z][a-z0-9-]{0,10}[a-z0-9]$/);
const value = fc.stringMatching(/^[!-~](?:[ -~]{0,30}[!-~])?$/);
const headersOf = fc.uniqueArray(fc.tuple(token, value), { selector: ([name]) => name, maxLength: 5 });
const anyText = fc.string({ unit: 'grapheme', maxLength: 200 });
const anyBytes = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const path = fc.stringMatching(/^\/[a-z0-9/_-]{0,20}(?:\?[a-z]=[a-z0-9%]{0,8})?$/);

/** Each runs a parser over a short text: more runs take longer and find no more. */
const RUNS = { numRuns: 40 };

const expectSame = (capture: Capture, url: string, headers: readonly [string, string][], body: Buffer) => {
  const { 'content-length': _, 'content-type': __, host: ___, ...rest } = headersByName(capture.headers);
  expect({ method: capture.method, url: capture.url, headers: rest }).toEqual({
    method: 'POST',
    url,
    headers: Object.fromEntries(headers),
  });
  expect(capture.body.equals(body)).toBe(true);
};

describe('what is written as a capture is read back the same', () => {
  test('raw HTTP, with any bytes, CRLF or LF, and with or without what an editor adds', () => {
    fc.assert(
      fc.property(
        path,
        headersOf,
        anyBytes,
        fc.constantFrom('\r\n', '\n'),
        fc.boolean(),
        fc.constantFrom('', '\n', '\r\n'),
        (target, headers, body, end, isAbsolute, added) => {
          const lines = [
            `POST ${isAbsolute ? 'https://a.example' : ''}${target} HTTP/1.1`,
            'Host: a.example',
            `Content-Length: ${body.length}`,
            ...headers.map(([name, text]) => `${name}: ${text}`),
          ];
          const bytes = Buffer.concat([
            Buffer.from(lines.map((line) => line + end).join('') + end, 'latin1'),
            body,
            Buffer.from(added),
          ]);
          expectSame(parsed(bytes), `https://a.example${target}`, headers, body);
        },
      ),
      RUNS,
    );
  });

  test('HAR, with any text, and any bytes where the tool writes base64', () => {
    fc.assert(
      fc.property(path, headersOf, fc.oneof(anyText, anyBytes), (target, headers, body) => {
        const postData =
          typeof body === 'string' ? { text: body } : { text: body.toString('base64'), encoding: 'base64' };
        const request = {
          method: 'POST',
          url: `https://a.example${target}`,
          headers: headers.map(([name, text]) => ({ name, value: text })),
          postData: { mimeType: 'application/json', ...postData },
        };
        const har = JSON.stringify({ log: { entries: [{ request }] } });
        expectSame(parsed(har), request.url, headers, Buffer.from(body as string));
      }),
      RUNS,
    );
  });

  const single = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const double = (text: string) => `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
  /** As Chrome copies it. */
  const ansi = (text: string) =>
    `$'${text
      .replaceAll('\\', '\\\\')
      .replaceAll("'", "\\'")
      .replaceAll('\n', '\\n')
      .replaceAll('\r', '\\r')
      .replace(/[\u0000-\u001f!]|[^\x20-\x7e]/g, (unit) =>
        unit
          .split('')
          .map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join(''),
      )}'`;
  /** With a byte for each character. */
  const hex = (bytes: Buffer) =>
    `$'${[...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}'`;

  test.each([
    ['single quotes', single],
    ['double quotes', double],
    ['ANSI-C quotes', ansi],
  ])('curl, with any text in %s', (_, quote) => {
    // A command has no NUL, and a value that begins with @ is a file.
    const text = anyText.filter((one) => one.isWellFormed() && !one.includes('\0') && one !== '');
    fc.assert(
      fc.property(path, headersOf, text, (target, headers, body) => {
        const command = [
          `curl ${quote(`https://a.example${target}`)}`,
          ...headers.map(([name, each]) => `-H ${quote(`${name}: ${each}`)}`),
          `--data-raw ${quote(body)} --compressed`,
        ].join(' \\\n  ');
        expectSame(parsed(command), `https://a.example${target}`, headers, Buffer.from(body));
      }),
      RUNS,
    );
  });

  test('curl, with any bytes in ANSI-C quotes', () => {
    fc.assert(
      fc.property(
        anyBytes.filter((bytes) => bytes.length > 0),
        (body) => {
          const command = `curl https://a.example/ --data-binary ${hex(body)}`;
          fc.pre(body[0] !== 0x40);
          expectSame(parsed(command), 'https://a.example/', [], body);
        },
      ),
      RUNS,
    );
  });
});

describe('raw HTTP', () => {
  test('without a version and a body', () => {
    expect(inShort(parsed('GET /hooks/a?b=c\nHost: a.example\n'))).toEqual({
      method: 'GET',
      url: 'https://a.example/hooks/a?b=c',
      headers: { host: 'a.example' },
      body: '',
    });
  });

  test('repeated headers are joined, a folded one too, and the date is the time of the capture', () => {
    const capture = parsed(
      '\n\nPOST / HTTP/1.1\r\nX-A: 1\r\nx-a: 2\r\nX-B: 1\r\n 2\r\nDate: Sun, 22 Nov 2026 06:00:00 GMT\r\n\r\n{}',
    );
    expect(headersByName(capture.headers)).toMatchObject({ 'x-a': '1,2', 'x-b': '1 2' });
    expect(capture.capturedAt?.toISOString()).toBe('2026-11-22T06:00:00.000Z');
  });

  test('a line break at the end stays without Content-Length: the sender may have signed it', () => {
    expect(parsed('POST / HTTP/1.1\n\n{}\n').body.toString()).toBe('{}\n');
  });

  test('chunks are joined; a body that a tool has joined already is left', () => {
    const head = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(parsed(`${head}2\r\n{"\r\n5\r\na":1}\r\n0\r\n\r\n`).body.toString()).toBe('{"a":1}');
    expect(parsed(`${head}{"a":1}`).body.toString()).toBe('{"a":1}');
  });
});

describe('HAR', () => {
  const entry = (method: string, url: string, postData?: object) => ({
    startedDateTime: '2026-11-22T06:00:00.000Z',
    request: { method, url, headers: [{ name: ':method', value: method }], postData },
  });
  const har = JSON.stringify({
    log: {
      entries: [
        entry('GET', 'https://a.example/page#top'),
        entry('POST', 'https://a.example/hook', { params: [{ name: 'a b', value: 'c&d' }] }),
      ],
    },
  });

  test('takes the first POST, or the entry of a number', () => {
    expect(inShort(parsed(har))).toEqual({
      method: 'POST',
      url: 'https://a.example/hook',
      headers: {},
      body: 'a+b=c%26d',
    });
    expect(parsed(har, 1)).toMatchObject({ method: 'GET', url: 'https://a.example/page' });
    expect(parsed(har).capturedAt?.toISOString()).toBe('2026-11-22T06:00:00.000Z');
  });

  test.each([
    [har, 3, /no entry 3 .* 2 entries/],
    ['{"log":{"entries":[]}}', undefined, /no POST/],
    ['{"a":1}', undefined, /no known format/],
    ['{', undefined, /no known format/],
  ])('%.20s, entry %s, is refused', (text, number, words) => {
    expect(() => parsed(text, number)).toThrow(words);
  });
});

describe('curl', () => {
  test.each<[string, object]>([
    ['curl a.example', { method: 'GET', url: 'http://a.example/', body: '' }],
    ['$ curl -sS https://a.example/ -d a=b -d c=d', { method: 'POST', body: 'a=b&c=d' }],
    [
      "curl --url 'https://a.example?x=1' --json '{}'",
      { url: 'https://a.example/?x=1', body: '{}', headers: { 'content-type': 'application/json' } },
    ],
    ['curl -XPUT --data=x https://a.example', { method: 'PUT', body: 'x' }],
    ['curl -G -d a=b https://a.example/?c=d', { method: 'GET', url: 'https://a.example/?c=d&a=b', body: '' }],
    ['curl -u user:pass https://a.example', { headers: { authorization: 'Basic dXNlcjpwYXNz' } }],
    [
      "curl -H 'X-Empty;' -H 'Host:' -H 'X-A:b' https://a.example",
      { headers: { 'x-empty': '', 'x-a': 'b' } },
    ],
    ['curl --data-urlencode "n=ü &" https://a.example', { body: 'n=%C3%BC%20%26' }],
    ['curl https://a.example --data-binary \'a\'"b"\\ c -o out', { body: 'ab c' }],
    ["curl -sSXPUT https://a.example -d '-A x' --data=--url", { method: 'PUT', body: '-A x&--url' }],
    ["curl https://a.example -d '@none' | jq .", { body: 'from a file' }],
    [
      "curl https://a.example -d $'\\u00fc\\ud83d\\ude00\\101'",
      { body: Buffer.from('ü😀A').toString('latin1') },
    ],
  ])('%s', (command, expected) => {
    const capture = readCurl(Buffer.from(command), () => Buffer.from('from\n a file'));
    expect(inShort(capture)).toMatchObject(expected);
  });

  test.each([
    ["curl 'https://a.example", /quote .* not closed/],
    ['curl "$URL"', /variable/],
    ['curl $(cat url)', /variable/],
    ['curl https://a.example --next', /not known|no value/],
    ['curl https://a.example -F a=b', /-F of curl is not known/],
    ['curl -d a', /no URL/],
    ['curl https://a.example -H', /no value/],
    ['curl https://a.example -d @/nowhere/at/all', /is not there: \/nowhere\/at\/all\./],
    ['curl https://a.example -d @-', /comes from the input of curl/],
    ['curl ^"https://a.example/^" ^\r\n  -H ^"X-A: b^"', /for cmd of Windows.*as cURL \(bash\)/],
    ['curl.exe -X POST "https://a.example/" ^\r\n  -H "X-A: b"', /for cmd of Windows/],
  ])('%s is refused', (command, words) => {
    expect(() => parsed(command)).toThrow(words);
  });
});

describe('the file with the body of a curl command', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatepost-curl-'));
    writeFileSync(join(folder, 'body.json'), '{"a":1}');
    writeFileSync(join(folder, 'large'), '');
    truncateSync(join(folder, 'large'), 3 * 1024 * 1024 + 1);
    symlinkSync('/etc/passwd', join(folder, 'link'));
    symlinkSync('/dev/zero', join(folder, 'zero'));
    execFileSync('mkfifo', [join(folder, 'fifo')]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (path: string) =>
    parseCapture(Buffer.from(`curl https://a.example --data-binary @${path}`), undefined, folder);

  test('is looked for in the folder of the capture, and in the current one', () => {
    expect(read('body.json').body.toString()).toBe('{"a":1}');
    expect(read(join(folder, 'body.json')).body.toString()).toBe('{"a":1}');
    expect(read('package.json').body.toString()).toContain('gatepost');
  });

  test.each([
    ['none', /is not there: .*gatepost-curl-.*\/none, nor .*\/none\./],
    ['fifo', /fifo, which is no regular file/],
    ['.', /no regular file/],
    ['large', /more than 3 MiB/],
    ['/etc/passwd', /\/etc\/passwd, is outside of the capture's folder/],
    ['link', /outside of/],
    ['zero', /outside of/],
    ['/dev/zero', /outside of/],
  ])('%s is refused in one sentence', (path, words) => {
    expect(() => read(path)).toThrow(words);
    expect(() => read(path)).toThrow(CliError);
  });
});

test('a quote that is not closed is found at once, also behind a long text', () => {
  for (const quote of ["'", '"', "$'"]) {
    const started = performance.now();
    expect(() => parsed(`curl https://a.example -d ${quote}${'x'.repeat(100_000)}`)).toThrow(/not closed/);
    expect(performance.now() - started).toBeLessThan(2_000);
  }
});

test('any bytes are a capture or are refused with a sentence', () => {
  const beginning = fc.constantFrom('', 'curl ', 'POST / HTTP/1.1\r\n', '{"log":{"entries":[');
  fc.assert(
    fc.property(
      beginning,
      fc.oneof(
        anyBytes,
        anyText.map((text) => Buffer.from(text)),
      ),
      (start, rest) => {
        try {
          parsed(Buffer.concat([Buffer.from(start), rest]));
        } catch (error) {
          expect(error).toBeInstanceOf(CliError);
          expect((error as CliError).exitCode).toBe(2);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('a byte order mark before a capture says nothing', () => {
  const raw = 'POST /hooks/a HTTP/1.1\r\nHost: a.example\r\n\r\n{}';
  const read = (text: string) => parseCapture(Buffer.from(text));
  expect(read(`\ufeff${raw}`)).toEqual(read(raw));
});
