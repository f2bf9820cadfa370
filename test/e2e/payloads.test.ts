import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { LOCAL_CLIENT } from '../../local/aws/endpoints.ts';
import { altovizRequest, signAltoviz } from '../../senders/altoviz.ts';
import { gateUnderTest } from './support/gate-under-test.ts';

const gate = gateUnderTest();
const SECRET = 'the-secret-of-the-strange-payloads';

/** Posts `data` as it is written, and gives the text of it that came out of the queue. */
const throughTheGate = async (data: string): Promise<string> => {
  await gate().setSecret('altoviz', SECRET);
  const id = `evt_${Math.random()}`;
  const body = Buffer.from(`{"id":"${id}","type":"QuoteUpdated","data":${data}}`);
  const answer = await gate().post('altoviz', altovizRequest(id, body, signAltoviz(body, SECRET)));
  expect(answer).toMatchObject({ status: 200 });
  const [{ message } = {}] = await gate().take('quote');
  return /"data":(.*)\}$/s.exec(message?.Body ?? '')?.[1] ?? '';
};

test.each([
  ['a price with its zeros', '{"id":1,"price":4.0000}'],
  ['a number beyond all numbers', '{"id":1,"n":1e400}'],
  ['twenty digits', '{"id":12345678901234567890}'],
  ['minus zero', '{"id":1,"n":-0}'],
  ['keys that name parts of JavaScript', '{"id":1,"__proto__":{"polluted":true},"constructor":"x"}'],
  ['a lone surrogate, escaped', '{"id":1,"s":"\\ud800"}'],
  ['250 arrays in each other', `{"id":1,"deep":${'['.repeat(250)}${']'.repeat(250)}}`],
  ['null', 'null'],
  ['an array', '[{"id":1}]'],
])('%s passes untouched', async (_what, data) => {
  expect(await throughTheGate(data)).toBe(data);
});

test.each([
  ['U+FFFF and U+FFFE', '\uffff\ufffe', '\\uffff\\ufffe'],
  ['an emoji', '🎟', '\\ud83c\\udf9f'],
])('%s leaves escaped, and is the same to whoever parses it', async (_what, bare, escaped) => {
  const out = await throughTheGate(JSON.stringify({ id: 1, s: bare }));
  expect(out).toContain(escaped);
  expect(JSON.parse(out).s).toBe(bare);
});

test('of a key that stands twice the last one counts', async () => {
  expect(await throughTheGate('{"id":1,"n":1,"n":2}')).toBe('{"id":1,"n":2}');
});

test.each([
  ['quotes', '"'.repeat(128 * 1024)],
  ['line breaks', '\n'.repeat(128 * 1024)],
  [
    'what can hardly be compressed',
    Array.from({ length: 120_000 }, (_, i) => (i * 2654435761) >>> 0)
      .join('')
      .slice(0, 510_000),
  ],
])('half a mebibyte of %s fits', async (_what, text) => {
  const out = await throughTheGate(JSON.stringify({ id: 1, text }));
  expect(JSON.parse(out).text).toBe(text);
});

test('what escaping makes too large for SQS arrives with a reference to it', async () => {
  await gate().setSecret('altoviz', SECRET);
  const data = `{"id":1,"n":4.0000,"s":"${'🎟'.repeat(120_000)}"}`;
  const body = Buffer.from(`{"id":"big","type":"QuoteUpdated","data":${data}}`);
  const answer = await gate().post('altoviz', altovizRequest('big', body, signAltoviz(body, SECRET)));
  expect(answer).toMatchObject({ status: 200 });
  const [{ event } = {}] = await gate().take('quote');
  expect(event).toMatchObject({ subject: '1', datacontenttype: 'application/json' });
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(event?.dataref ?? '') ?? [];
  const s3 = new S3Client({ ...LOCAL_CLIENT, endpoint: gate().localStack.s3 });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const text = await Body?.transformToString();
  expect(JSON.parse(text ?? '')).toEqual(JSON.parse(data));
  expect(text).toContain('4.0000');
  s3.destroy();
});
