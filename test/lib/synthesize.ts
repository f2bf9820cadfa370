import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { GatepostStack, type GatepostStackProps } from '../../lib/gatepost-stack.ts';
import { ALARM_KINDS } from '../../lib/watch/alarm-kinds.ts';
import type { AlarmThresholds } from '../../lib/watch/thresholds.ts';

/** Two sources: one without a secret and one with. */
export const SHIPPED = {
  ivvy: { provider: 'ivvy', accountIds: ['14'] },
  altoviz: { provider: 'altoviz' },
} as const satisfies GatepostStackProps['sources'];

/** Thresholds with every alarm switched off. */
export const ALL_OFF = Object.fromEntries(
  Object.keys(ALARM_KINDS).map((kind) => [kind, { page: false, ticket: false }]),
) as AlarmThresholds;

// CloudFormation's rules are asked once, of the whole assembly: assembly.proof.ts
process.env.CDK_VALIDATION = 'false';

const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { readonly context: object };

/** An app as the CDK CLI would run it, but without bundling the functions. */
export const createApp = (): App => new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] } });

/** The template of a stack with these props; its sources are the shipped ones unless given. */
export const synthesize = (props: Partial<GatepostStackProps> = {}): Template =>
  Template.fromStack(new GatepostStack(createApp(), 'Gatepost', { sources: SHIPPED, ...props }));
