import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LIMITS } from '../../../evidence/rehearsal/limits.ts';
import { ACCEPTED_RULES, sortFindings } from '../../../evidence/rehearsal/lint/lint.ts';
import { attributeOf } from '../../../evidence/rehearsal/read-back/attributes.ts';
import { checkChange, replacements } from '../../../evidence/rehearsal/read-back/checks.ts';
import { compare } from '../../../evidence/rehearsal/read-back/compare.ts';
import { GAPS, judge, nameOf } from '../../../evidence/rehearsal/read-back/gaps.ts';
import type { ReadBack } from '../../../evidence/rehearsal/read-back/read-back.ts';

const queue = (changes: Partial<ReadBack> = {}): ReadBack => ({
  logicalId: 'Queue',
  type: 'AWS::SQS::Queue',
  physicalId: 'https://sqs/company.fifo',
  wanted: { FifoQueue: true },
  found: { FifoQueue: 'true', CreatedTimestamp: '1' },
  differences: [],
  ...changes,
});

describe('comparing', () => {
  test('finds nothing between what was asked for and the same with more', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (wanted, more) => {
        fc.pre(!Object.hasOwn(wanted, more) && more !== '__proto__' && !Object.hasOwn(wanted, '__proto__'));
        expect(compare(wanted, { ...structuredClone(wanted), [more]: 1 })).toEqual([]);
      }),
    );
  });

  test('takes a number for the text that spells it, as SQS does', () => {
    expect(
      compare(
        { MaximumMessageSize: 1048576, FifoQueue: true },
        { MaximumMessageSize: '1048576', FifoQueue: 'true' },
      ),
    ).toEqual([]);
  });

  test.each([
    [{ a: { b: 1 } }, { a: { b: 2 } }, 'a.b'],
    [{ a: { b: 1 } }, { a: {} }, 'a.b'],
    [{ a: [1, 2] }, { a: [1] }, 'a'],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, 'a[1].b'],
    [{ a: 'undefined' }, {}, 'a'],
  ])('says where %j and %j differ: at %s', (wanted, found, path) => {
    expect(compare(wanted, found).map((difference) => difference.path)).toEqual([path]);
  });
});

describe('the verdict', () => {
  const gap = { type: 'AWS::SQS::Queue', property: 'RedrivePolicy', reason: 'MiniStack forgets it' };
  const differing = (path: string) => queue({ differences: [{ path, wanted: 5, found: undefined }] });

  test('excuses what is known to be missing, with all that is under it, and nothing else', () => {
    expect(judge([differing('RedrivePolicy.maxReceiveCount')], [gap])).toEqual({ faults: [], gaps: [gap] });
    for (const path of ['RedrivePolicyOfOthers', 'Redrive', 'QueueName']) {
      const { faults } = judge([differing(path)], [gap]);
      expect(faults).toContain(`AWS::SQS::Queue Queue: ${path} is not there, not 5`);
    }
  });

  test('takes a resource that could not be read for a fault, even where a property of it is excused', () => {
    expect(judge([queue({ error: 'CloudFormation made none' })], [gap]).faults).toContain(
      'AWS::SQS::Queue Queue: CloudFormation made none',
    );
  });

  test('does not let an excuse stand that nothing needs', () => {
    expect(judge([queue()], [gap]).faults).toEqual([expect.stringContaining('take it off the list')]);
  });
});

describe('the linter', () => {
  const finding = (Level: string, Id: string) => ({
    ...{ Filename: 'Gatepost.template.json', Level, Message: 'no', Rule: { Id } },
    Location: { Path: { CloudFormation: ['Resources', 'Queue'] } },
  });

  test('is overruled where there is a reason, but never about an error', () => {
    const [accepted = ''] = Object.keys(ACCEPTED_RULES);
    expect(sortFindings([finding('Warning', accepted)])).toEqual({
      faults: [],
      accepted: new Map([[accepted, 1]]),
    });
    expect(sortFindings([finding('Error', accepted)]).faults).toHaveLength(1);
    expect(sortFindings([finding('Warning', 'W9999')]).faults).toEqual([
      'Warning W9999 at Resources.Queue: no',
    ]);
  });
});

describe('an update', () => {
  test('must change something, and leave what holds data', () => {
    const before = queue();
    expect(checkChange([before], [before]).faults).toEqual(['The update changed nothing']);
    const setting = { wanted: { FifoQueue: true, VisibilityTimeout: 30 } };
    expect(checkChange([before], [queue(setting)])).toEqual({ changed: ['Queue'], faults: [] });
    for (const other of [{ physicalId: 'https://sqs/other.fifo' }, { found: { CreatedTimestamp: '2' } }]) {
      expect(checkChange([before], [queue({ ...setting, ...other })]).faults).toEqual([
        'AWS::SQS::Queue Queue is another one after the update',
      ]);
    }
  });

  test('is foretold by cdk diff: a stateful resource that would be replaced or destroyed', () => {
    const diff = [
      'Resources',
      '[~] AWS::Lambda::Function Gatepost/FanOut FanOut replace',
      '[~] AWS::SQS::Queue Gatepost/Company Company replace',
      ' └─ [~] QueueName (requires replacement)',
      '[-] AWS::DynamoDB::Table Gatepost/EventLog EventLog destroy',
      '[-] AWS::SQS::Queue Gatepost/Deal Deal orphan',
      '[~] AWS::SQS::Queue Gatepost/Contact Contact',
      '[~] AWS::S3::Bucket Gatepost/Bodies Bodies may be replaced',
      ' └─ [~] LifecycleConfiguration (may cause replacement)',
      ' └─ [~] BucketName (may cause replacement)',
    ].join('\n');
    expect(replacements(diff)).toEqual([
      '[~] AWS::SQS::Queue Gatepost/Company Company replace',
      '└─ [~] QueueName (requires replacement)',
      '[-] AWS::DynamoDB::Table Gatepost/EventLog EventLog destroy',
      '[-] AWS::SQS::Queue Gatepost/Deal Deal orphan',
      // What MiniStack says of the other property is a guess.
      '└─ [~] BucketName (may cause replacement)',
    ]);
  });
});

test('attributes are spelled as AWS spells them', () => {
  const target = { endpoint: '', account: '111122223333', region: 'eu-central-1' };
  expect(attributeOf('AWS::SQS::Queue', 'Arn', 'https://sqs/1/company.fifo', target)).toBe(
    'arn:aws:sqs:eu-central-1:111122223333:company.fifo',
  );
  expect(attributeOf('AWS::S3::Bucket', 'Arn', 'bodies', target)).toBe('arn:aws:s3:::bodies');
  expect(() => attributeOf('AWS::SQS::Queue', 'Colour', '', target)).toThrow('does not know Colour');
});

test('docs/rehearsal.md names all that is not rehearsed, and every rule that need not be kept', async () => {
  const page = await readFile('docs/rehearsal.md', 'utf8');
  const lines = [
    ...GAPS.map((gap) => `- ${nameOf(gap)}: ${gap.reason}`),
    ...LIMITS.map((limit) => `- ${limit}`),
    ...Object.entries(ACCEPTED_RULES).map(([rule, reason]) => `- ${rule}: ${reason}`),
  ];
  for (const line of lines) expect(page).toContain(`${line}\n`);
});
