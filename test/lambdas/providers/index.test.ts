import { describe, expect, test } from '@jest/globals';
import { providerNamed, providers } from '../../../lambdas/providers/index.ts';
import { PROVIDER_NAMES } from '../../../lambdas/providers/names.ts';
import { documented } from '../../../lambdas/providers/shapes/documented.ts';

test.each(PROVIDER_NAMES)('%s is found by its name', (name) => {
  expect(providerNamed(name)).toBe(providers[name]);
});

test.each(['Ivvy', '', 'constructor', '__proto__'])('"%s" is none of them', (name) => {
  expect(() => providerNamed(name)).toThrow(`"${name}" is not a provider; the providers are: ivvy, ivy, `);
});

test('each has a secret but those whose keys are public', () => {
  const without = Object.values(providers).filter(({ secret }) => secret === undefined);
  expect(without.map(({ name }) => name)).toEqual(['ivvy', 'public-key', 'sns']);
});

test('Avaza alone says the event’s name in the URL', () => {
  const suffixes = Object.values(providers).map((provider) => [
    provider.name,
    'pathSuffix' in provider ? provider.pathSuffix : undefined,
  ]);
  expect(suffixes.filter(([, suffix]) => suffix !== undefined)).toEqual([['avaza', '/{event}']]);
});

test('where an entity’s id stands is said of the entities that there are', () => {
  expect(documented.avaza.entityIds('invoice')).toEqual(['TransactionID', 'InvoiceID']);
  expect(documented.avaza.entityIds('estimate')).toEqual([]);
});

describe('the events of a source', () => {
  test.each(Object.entries(documented))('of %s are those documented', (name, { catalogue }) => {
    expect(providerNamed(name).catalogue({} as never)).toEqual(catalogue);
  });

  test.each(PROVIDER_NAMES.filter((name) => !Object.hasOwn(documented, name)))(
    'of %s are those of its settings',
    (name) => {
      const catalogue = { 'user.created': 'user.created' };
      expect(providerNamed(name).catalogue({ catalogue } as never)).toBe(catalogue);
      expect(providerNamed(name).nameInEvents?.({ name: 'acme' } as never)).toBe('acme');
    },
  );
});
