import { describe, expect, test } from '@jest/globals';
import { type App, CfnResource, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { GatepostStack, type GatepostStackProps } from '../../lib/gatepost-stack.ts';
import { createApp, SHIPPED } from './synthesize.ts';

// What AWS's own architects look for, by https://github.com/cdklabs/cdk-nag. What doesn't hold and shall not is
// acknowledged beside the resource, with the reason.

const EVERYTHING: GatepostStackProps = {
  sources: {
    ...SHIPPED,
    ivy: { provider: 'ivy' },
    augustus: { provider: 'augustus' },
    avaza: { provider: 'avaza', throttle: { rate: 1 }, reservedConcurrency: 1 },
  },
  gate: {
    domain: {
      name: 'hooks.example.com',
      certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d',
    },
  },
};

/** All that is found and not acknowledged: errors and warnings, a line a resource. */
const findings = (app: App): readonly string[] =>
  new AwsSolutionsChecks(app)
    .validateScope(app)
    .violations.flatMap(({ ruleName, description, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${constructPath}: ${ruleName} ${description}`),
    );

const createStack = () => {
  const app = createApp();
  const stack = new GatepostStack(app, 'Gatepost', EVERYTHING);
  return { app, stack };
};

describe('cdk-nag', () => {
  test('finds nothing that is not acknowledged', () => {
    expect(findings(createStack().app)).toEqual([]);
  });

  test('would find it', () => {
    const { app, stack } = createStack();
    new Queue(stack, 'Open');
    expect(findings(app)).toEqual([
      expect.stringContaining('Gatepost/Open/Resource: AwsSolutions-SQS3'),
      expect.stringContaining('Gatepost/Open/Resource: AwsSolutions-SQS4'),
    ]);
  });

  test('is acknowledged for a reason, and of single resources, never of the stack', () => {
    const { app } = createStack();
    const acknowledged = app.node.findAll().flatMap((construct) =>
      construct.node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .map(({ data }) => ({
          construct,
          rules: Object.entries(data as Readonly<Record<string, string>>),
        })),
    );
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const { construct, rules } of acknowledged) {
      const resources = construct.node.findAll().filter((below) => CfnResource.isCfnResource(below));
      // A route comes with its integration and the permission to call the function.
      expect(resources.length).toBeLessThanOrEqual(3);
      for (const [rule, reason] of rules) {
        expect(rule).toMatch(/\bAwsSolutions-[A-Z]+\d+(\[Resource::.+\])?$/);
        expect(reason.split(' ').length).toBeGreaterThan(5);
      }
    }
  });
});
