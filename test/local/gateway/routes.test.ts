import { describe, expect, test } from '@jest/globals';
import { matchRoute } from '../../../local/gateway/routes.ts';

const ROUTES = [
  '$default',
  'ANY /hooks/{source}',
  'POST /hooks/{source}',
  'POST /hooks/ivvy',
  'POST /hooks/avaza/{event}',
  'ANY /files/{proxy+}',
  'GET /files/{name}',
].map((key) => ({ key, target: undefined }));

const keyOf = (method: string, path: string, routes = ROUTES) => {
  const match = matchRoute(routes, method, path);
  return match && [match.route.key, match.pathParameters];
};

describe('the most specific route takes a request', () => {
  test.each([
    ['POST', '/hooks/ivvy', 'POST /hooks/ivvy', {}],
    ['POST', '/hooks/other', 'POST /hooks/{source}', { source: 'other' }],
    ['PUT', '/hooks/ivvy', 'ANY /hooks/{source}', { source: 'ivvy' }],
    ['POST', '/hooks/avaza/InvoiceCreated', 'POST /hooks/avaza/{event}', { event: 'InvoiceCreated' }],
    ['GET', '/files/a', 'GET /files/{name}', { name: 'a' }],
    ['GET', '/files/a/b', 'ANY /files/{proxy+}', { proxy: 'a/b' }],
    ['POST', '/hooks/avaza', 'POST /hooks/{source}', { source: 'avaza' }],
    ['POST', '/hooks/avaza/', '$default', {}],
    ['GET', '/', '$default', {}],
  ])('%s %s', (method, path, key, parameters) => {
    expect(keyOf(method, path)).toEqual([key, parameters]);
  });
});

test.each([
  ['GET', '/hooks/ivvy'],
  ['POST', '/hooks/ivvy/'],
  ['POST', '/hooks/ivvy/more'],
  ['POST', '/HOOKS/ivvy'],
  ['POST', '//hooks/ivvy'],
  ['POST', '/hooks'],
])('no route takes %s %s', (method, path) => {
  expect(keyOf(method, path, [{ key: 'POST /hooks/ivvy', target: undefined }])).toBeUndefined();
});
