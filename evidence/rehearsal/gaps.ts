import type { ReadBack } from './read-back.ts';

/** Something of a resource that moto does not do as AWS does: the rehearsal can't tell whether it would work there. */
export interface Gap {
  readonly type: string;
  /** The property, with all that is under it; without one the whole resource. */
  readonly property?: string;
  readonly reason: string;
}

/** All that is known not to be rehearsed. What differs and is not listed here is a fault, and so is what is listed in vain. */
export const GAPS: readonly Gap[] = [
  {
    type: 'AWS::CloudWatch::CompositeAlarm',
    reason: 'moto has no PutCompositeAlarm: only the names and types of its properties are checked',
  },
  {
    type: 'AWS::Lambda::Function',
    property: 'LoggingConfig',
    reason: 'moto takes it and forgets it',
  },
];

/** What moto does not do at all, or does otherwise. */
export const LIMITS: readonly string[] = [
  'AWS::CDK::Metadata, with which `cdk deploy` tells AWS which constructs are used: it is not in the template that is rehearsed',
  'AWS::S3::BucketPolicy of the bootstrap stack: moto does not make it',
  '`RetainExceptOnCreate` of AWS::SQS::Queue, AWS::SecretsManager::Secret and any other: moto deletes such a resource with the stack, where AWS keeps it. Only `Retain` is rehearsed',
  'Which change of a property replaces a resource: moto decides that for itself, so `cdk diff` is asked too',
  'The second deployment by change set: moto takes one change set of a name for another, so the CLI uses `--method direct` there',
  'The outputs before the second deployment: moto has none of a stack that was made by a change set',
  "The CDK CLI's hotswap, drift and rollback; CloudFormation's waiting, and what it does when a resource fails half-way",
  'IAM: moto reads policies and checks their form, but lets everybody do everything. `npm test` enforces them',
  'Running the functions: nothing is invoked. `npm start` and the end-to-end tests do that',
  'Limits of an account: quotas, reserved names, throttling',
];

/** What was read back, sorted. */
export interface Verdict {
  /** What is neither as the template asks nor known to be missing, one line each. */
  readonly faults: readonly string[];
  /** What is known to be missing, and is. */
  readonly gaps: readonly Gap[];
}

/** Tells what is known to be missing from what is wrong. */
export const judge = (all: readonly ReadBack[], known: readonly Gap[] = GAPS): Verdict => {
  const met = new Set<Gap>();
  const faults: string[] = [];
  const note = (type: string, path: string | undefined, fault: string): void => {
    const gap = known.find((one) => covers(one, type, path));
    if (gap === undefined) faults.push(fault);
    else met.add(gap);
  };
  for (const { logicalId, type, error, differences } of all) {
    if (error !== undefined) note(type, undefined, `${type} ${logicalId}: ${error}`);
    for (const { path, wanted, found } of differences) {
      note(type, path, `${type} ${logicalId}: ${path} is ${show(found)}, not ${show(wanted)}`);
    }
  }
  const types = new Set(all.map(({ type }) => type));
  for (const gap of known) {
    if (types.has(gap.type) && !met.has(gap))
      faults.push(`${nameOf(gap)} is listed as not rehearsed, but moto does it: take it off the list`);
  }
  return { faults, gaps: [...met] };
};

/** `AWS::Lambda::Function.LoggingConfig` */
export const nameOf = ({ type, property }: Gap): string =>
  property === undefined ? type : `${type}.${property}`;

const covers = ({ type, property }: Gap, ofType: string, path: string | undefined): boolean => {
  if (type !== ofType) return false;
  if (property === undefined) return true;
  return (
    path !== undefined &&
    (path === property || path.startsWith(`${property}.`) || path.startsWith(`${property}[`))
  );
};

const show = (value: unknown): string => (value === undefined ? 'not there' : JSON.stringify(value));
