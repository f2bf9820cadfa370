import { describe, expect, test } from '@jest/globals';
import { parseSettings } from '../../../lambdas/core/source.ts';
import type { OptionsOf, ProviderName } from '../../../lambdas/providers/index.ts';
import { providers } from '../../../lambdas/providers/index.ts';
import { PROVIDER_NAMES } from '../../../lambdas/providers/names.ts';
import type { Provider } from '../../../lambdas/providers/provider.ts';

/** The least that a source of each provider has to be configured with. */
const LEAST: { readonly [Name in ProviderName]: OptionsOf<Name> } = {
  ivvy: { accountIds: ['14'] },
  ivy: {},
  augustus: {},
  altoviz: {},
  avaza: {},
  'standard-webhooks': { name: 'acme', catalogue: { 'user.created': 'user.created' } },
  hmac: {
    name: 'acme',
    catalogue: { 'user.created': 'user.created' },
    header: 'x-signature',
    eventName: 'body:type',
  },
  'public-key': {
    name: 'acme',
    catalogue: { 'user.created': 'user.created' },
    signature: 'header:x-signature',
    algorithm: 'ed25519',
    publicKeys: ['c5568d0fa4a4a4d3a1f3d2a5a9e9f6f3e7b0a8c4b1d2e3f4a5b6c7d8e9f0a1b2'],
    eventName: 'body:type',
  },
  jwt: {
    name: 'acme',
    catalogue: { 'user.created': 'user.created' },
    token: 'header:authorization',
    prefix: 'Bearer ',
    algorithms: ['RS256'],
    jwks: 'https://acme.example/.well-known/jwks.json',
    eventName: 'body:type',
  },
  token: {
    name: 'acme',
    catalogue: { 'user.created': 'user.created' },
    token: 'header:x-token',
    eventName: 'body:type',
  },
  sns: {
    name: 'acme',
    catalogue: { 'user.created': 'user.created' },
    topicArns: ['arn:aws:sns:eu-west-1:111122223333:topic'],
    eventName: 'body:type',
  },
};

const WRONG: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  'Wrong one\n',
  '',
  [],
  [null],
  [5],
  [''],
  {},
  { a: 5 },
];

describe.each(PROVIDER_NAMES)('the settings of %s', (name) => {
  const provider = providers[name] as Provider<object>;
  const parse = (options: object) => () => parseSettings(provider.settings, 'mine', options);
  const message = (options: object): string => {
    try {
      parse(options)();
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const { entries } = provider.settings as unknown as { readonly entries: object };

  test('go through the function’s environment unchanged', () => {
    const settings = parse(LEAST[name])();
    expect(parse(JSON.parse(JSON.stringify(settings)))()).toEqual(settings);
  });

  test.each(Object.keys(entries))('%s: whatever is wrong, a sentence says what would be right', (setting) => {
    const messages = WRONG.map((value) => message({ ...LEAST[name], [setting]: value })).filter(
      (text) => text !== '',
    );
    expect(messages).not.toEqual([]);
    for (const text of messages) {
      expect(text).toContain(`Source "mine": ${setting}`);
      expect(text).not.toContain('Invalid');
      expect(text).toMatch(/: (must|needs|there is no) /);
    }
  });

  test('a setting that there is not is named, with those that there are', () => {
    const text = message({ ...LEAST[name], tpyo: 1 });
    expect(text).toContain('Source "mine": tpyo: there is no such setting; there are sourceIps, ');
  });

  test.each([null, 5, 'x', []])('%j are none', (value) => {
    expect(() => parseSettings(provider.settings, 'mine', value)).toThrow(
      'Source "mine": settings: must be an object',
    );
  });
});
