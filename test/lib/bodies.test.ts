import { describe, expect, test } from '@jest/globals';
import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal } from 'aws-cdk-lib/aws-iam';
import { MAX_KEEP } from '../../lambdas/providers/shared/common-settings.ts';
import { Gatepost } from '../../lib/gatepost.ts';
import type { Properties } from './read-template.ts';
import { createApp, SHIPPED, synthesize } from './synthesize.ts';

const rule = (folder: string, days: number) => ({
  Id: folder,
  Prefix: `${folder}/`,
  ExpirationInDays: days,
  Status: 'Enabled',
});

const bucketOf = (template: Template): Properties =>
  Object.values(template.findResources('AWS::S3::Bucket'))[0] ?? {};

describe('the bucket of large bodies', () => {
  const { Properties, DeletionPolicy, UpdateReplacePolicy } = bucketOf(synthesize());

  test('is the only one, encrypted, and not public by anything that is set later', () => {
    synthesize().resourceCountIs('AWS::S3::Bucket', 1);
    const [{ ServerSideEncryptionByDefault: encryption }] =
      Properties.BucketEncryption.ServerSideEncryptionConfiguration;
    expect(encryption).toEqual({ SSEAlgorithm: 'AES256' });
    expect(Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(Properties.OwnershipControls).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
    expect(Properties.VersioningConfiguration).toBeUndefined();
  });

  test('over TLS only, and its policy allows nothing', () => {
    const [policy] = Object.values(synthesize().findResources('AWS::S3::BucketPolicy'));
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 's3:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ]);
  });

  test('outlives the stack, as the event log that refers to it does', () => {
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
  });

  test.each([
    [Duration.days(14), 28],
    [Duration.days(30), 44],
    [Duration.hours(30 * 24 + 1), 45],
  ])('keeps an object for the retention, and as long as a queue keeps a message: %s', (retention, days) => {
    const { Rules } = bucketOf(synthesize({ retention })).Properties.LifecycleConfiguration;
    expect(Rules).toEqual([rule('bodies', days), rule('data', days), rule('rejected', 15)]);
  });

  test.each([
    ['is as long as possible', { keep: MAX_KEEP }],
    ['is short', { keep: 3_600 }],
    ['is none', { keep: false }],
  ] as const)(
    'keeps that of a rejected delivery longer than any record, if the setting %s',
    (_, rejected) => {
      const sources = { ivvy: { ...SHIPPED.ivvy, rejected }, altoviz: { ...SHIPPED.altoviz, rejected } };
      const { Rules } = bucketOf(synthesize({ sources })).Properties.LifecycleConfiguration;
      expect(Rules).toContainEqual(rule('rejected', MAX_KEEP / 86_400 + 1));
    },
  );
});

test('a consumer in another account is allowed by the policies of the queue and of the bucket', () => {
  const stack = new Stack(createApp(), 'Shop');
  const gatepost = new Gatepost(stack, 'Hooks', { sources: SHIPPED });
  gatepost.grantConsume('contact', new AccountPrincipal('222233334444'));
  const template = Template.fromStack(stack);
  const allowed = (type: string) =>
    Object.values(template.findResources(type)).flatMap(({ Properties }) =>
      Properties.PolicyDocument.Statement.filter(({ Effect }: Properties) => Effect === 'Allow'),
    );
  expect(allowed('AWS::SQS::QueuePolicy')).toHaveLength(1);
  const [{ Action, Principal, Resource }, ...more] = allowed('AWS::S3::BucketPolicy');
  expect([Action, more]).toEqual(['s3:GetObject', []]);
  expect(JSON.stringify(Principal)).toContain('222233334444');
  expect(JSON.stringify(Resource)).toContain('/data/*/contact/*');
  expect(() => gatepost.grantConsume('unicorn', new AccountPrincipal('222233334444'))).toThrow(
    'There is no queue for "unicorn"',
  );
});
