import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { parseSettings, SOURCE_NAME } from '../../../lambdas/core/source.ts';
import { altovizSettings } from '../../../lambdas/providers/altoviz/settings.ts';
import { ivvySettings } from '../../../lambdas/providers/ivvy/settings.ts';

const ivvy = (settings: unknown) => parseSettings<unknown>(ivvySettings, 'venues', settings);
const altoviz = (settings: unknown) => parseSettings<unknown>(altovizSettings, 'billing', settings);

const sentence = (parse: () => unknown): string => {
  try {
    parse();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the settings were taken');
};

describe('settings', () => {
  test('come back with their defaults', () => {
    expect(ivvy({ accountIds: ['14'] })).toEqual({
      accountIds: ['14'],
      regions: ['ap-southeast-2'],
      topicOwner: '232528047142',
      maxAge: 4_500,
      innerSignature: 'report',
    });
    expect(altoviz({})).toEqual({ rotationGrace: 604_800 });
  });

  test('checked at synthesis are right when the function starts', () => {
    const checked = ivvy({ accountIds: ['14'], sourceIps: ['10.0.0.0/8'], maxAge: 60 });
    expect(ivvy(JSON.parse(JSON.stringify(checked)))).toEqual(checked);
  });

  test('a mistake names the source, the setting and what would be right', () => {
    expect(sentence(() => ivvy({ accountIds: ['fourteen'] }))).toBe(
      'Source "venues": accountIds.0: must be an iVvy account id: digits only, such as "14"',
    );
    expect(sentence(() => altoviz({ signatureEncoding: 'rot13', rotationGrace: -1 }))).toBe(
      'Source "billing": rotationGrace: must not be negative; signatureEncoding: must be "hex" or "base64"; leave it out to take either',
    );
  });

  const mistakes: readonly (readonly [setting: string, values: readonly unknown[]])[] = [
    ['accountIds', [undefined, '14', [], [14], ['']]],
    ['regions', ['ap-southeast-2', [], [2], ['Sydney'], ['ap-southeast-2.evil.example/']]],
    ['topicOwner', [232528047142, '1', 'arn:aws:iam::232528047142:root']],
    [
      'topicArns',
      ['arn:aws:sns:us-east-1:232528047142:x', [], [1], ['iVvy_Account_14'], ['arn:aws:sns:*:*:*']],
    ],
    ['maxAge', ['1h', -1, 59, Number.NaN, Number.POSITIVE_INFINITY, null]],
    ['innerSignature', ['yes', true]],
    ['sourceIps', ['10.0.0.1', [], [10], ['10.0.0.256'], ['example.org']]],
  ];

  test.each(mistakes.flatMap(([setting, values]) => values.map((value) => [setting, value] as const)))(
    '%s: %j is a mistake, and the sentence says more than that',
    (setting, value) => {
      const said = sentence(() => ivvy({ accountIds: ['14'], [setting]: value }));
      expect(said).toContain(`Source "venues": ${setting}`);
      expect(said).toMatch(/: must (be|list|not) /);
    },
  );

  test('a setting that there is none of is named', () => {
    const said = sentence(() => ivvy({ accountIds: ['14'], regoins: ['us-west-2'] }));
    expect(said).toContain('Source "venues"');
    expect(said).toContain('regoins');
  });

  test.each([undefined, null, 'settings', []])('%j are no settings', (settings) => {
    expect(sentence(() => altoviz(settings))).toMatch(/^Source "billing": settings: must be /);
  });

  test('nothing else is thrown, and what is taken is taken again', () => {
    const schema = v.strictObject({ a: v.optional(v.string('must be a string')) });
    fc.assert(
      fc.property(fc.anything(), (settings) => {
        try {
          const taken = parseSettings(schema, 'any', settings);
          expect(parseSettings(schema, 'any', taken)).toEqual(taken);
        } catch (error) {
          expect((error as Error).message).toMatch(/^Source "any": /);
        }
      }),
    );
  });
});

describe('the name of a source', () => {
  test.each(['ivvy', 'a', 'ivvy-sandbox', 'a1-b2-c3', 'x'.repeat(32)])('%s is one', (name) => {
    expect(SOURCE_NAME.test(name)).toBe(true);
  });

  test.each(['', '1a', '-a', 'a-', 'a--b', 'A', 'a_b', 'a/b', 'a.b', 'é', 'a\n', 'x'.repeat(33)])(
    '%j is none',
    (name) => {
      expect(SOURCE_NAME.test(name)).toBe(false);
    },
  );
});
