import type { ReadBack } from './read-back.ts';

/** Something of a resource that MiniStack does not do as AWS does: the rehearsal can't tell whether it would work there. */
export interface Gap {
  readonly type: string;
  /** The property, with all that is under it; without one the whole resource. */
  readonly property?: string;
  readonly reason: string;
}

/** All that is known not to be as in AWS. What differs and is not listed here is a fault, and so is what is listed in vain. */
export const GAPS: readonly Gap[] = [
  ...['PointInTimeRecoverySpecification', 'SSESpecification', 'TimeToLiveSpecification'].map((property) => ({
    type: 'AWS::DynamoDB::Table',
    property,
    reason: 'MiniStack’s CloudFormation does not pass it on to DynamoDB',
  })),
  {
    type: 'AWS::S3::Bucket',
    property: 'LifecycleConfiguration',
    reason: 'MiniStack’s CloudFormation does not pass it on to S3',
  },
  {
    type: 'AWS::ApiGatewayV2::Stage',
    property: 'DefaultRouteSettings',
    reason: 'MiniStack’s CloudFormation stores it under names that its API Gateway does not read',
  },
];

/** What is not as in the template because the stack is used. */
export const USED: readonly Gap[] = [
  { type: 'AWS::SecretsManager::Secret', property: 'SecretString', reason: 'the secret was set' },
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
    const gap = [...known, ...USED].find((one) => covers(one, type, path));
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
      faults.push(`${nameOf(gap)} is listed as a gap, but MiniStack does it: take it off the list`);
  }
  return { faults, gaps: [...met].filter((gap) => known.includes(gap)) };
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
