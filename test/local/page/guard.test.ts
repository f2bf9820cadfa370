import { describe, expect, test } from '@jest/globals';
import { refusal } from '../../../local/page/guard.ts';

const HOST = '127.0.0.1:8788';
const JSON_TYPE = { 'content-type': 'application/json' };
const asked = (method: string, url: string, headers: Readonly<Record<string, string>>) =>
  refusal({ method, url, headers: { host: HOST, ...headers } }, HOST);

test.each([
  ['a browser that comes by the address', 'GET', '/', { 'sec-fetch-site': 'none' }],
  ['a browser that comes by the name of this machine', 'GET', '/', { host: 'localhost:8788' }],
  ['a link from elsewhere', 'GET', '/', { 'sec-fetch-site': 'cross-site' }],
  ['the page', 'GET', '/api/queues', { 'sec-fetch-site': 'same-origin' }],
  ['whoever has no browser', 'GET', '/api/queues', {}],
  ['the page, which sends', 'POST', '/api/send', { origin: `http://${HOST}`, ...JSON_TYPE }],
])('%s is let in', (_, method, url, headers) => {
  expect(asked(method, url, headers as Record<string, string>)).toBeUndefined();
});

describe('a website that is open in the same browser is not', () => {
  test.each([
    ['under a name of its own that leads here', 'GET', '/', { host: 'evil.example:8788' }],
    ['under the address, at another port', 'GET', '/', { host: '127.0.0.1:80' }],
    ['under no name', 'GET', '/', { host: '' }],
    ['for what happens', 'GET', '/api/live', { 'sec-fetch-site': 'cross-site' }],
    ['from another port of this machine', 'GET', '/api/live', { 'sec-fetch-site': 'same-site' }],
    ['by a path that reads as another host', 'GET', '//x/api/queues', { 'sec-fetch-site': 'cross-site' }],
    ['by such a path of its own', 'GET', '//x/api/queues', { 'sec-fetch-site': 'same-origin' }],
    ['by a backslash', 'GET', '/\\x/api/queues', {}],
    ['by a whole URL', 'GET', 'http://x/api/queues', {}],
    ['by a path that is shortened', 'GET', '/x/../api/queues', { 'sec-fetch-site': 'cross-site' }],
    ['by no path', 'GET', 'http://', {}],
    ['with its own origin', 'POST', '/api/send', { origin: 'https://evil.example', ...JSON_TYPE }],
    ['with the origin of a sandbox', 'POST', '/api/send', { origin: 'null', ...JSON_TYPE }],
    ['with the origin of another port', 'POST', '/api/send', { origin: 'http://127.0.0.1:80', ...JSON_TYPE }],
    ['with no origin', 'POST', '/api/send', JSON_TYPE],
    ['with a form', 'POST', '/api/send', { origin: `http://${HOST}`, 'content-type': 'text/plain' }],
  ])('%s', (_, method, url, headers) => {
    expect(asked(method, url, headers as Record<string, string>)).toEqual(expect.any(String));
  });
});
