import { isDeepStrictEqual } from 'node:util';
import type { Template } from '../../../local/assembly/template.ts';
import type { Clients } from '../clients.ts';
import type { ReadBack } from './read-back.ts';
import { READERS } from './readers.ts';

/** Types that hold what can't be had again: a new one in their place would be empty, or have another URL. */
const STATEFUL: readonly string[] = [
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
  'AWS::ApiGatewayV2::Api',
];

/** The lines of `cdk diff` that speak of a stateful resource and of replacing, destroying or leaving it behind. */
export const replacements = (diff: string): readonly string[] => {
  const lines = diff.split('\n').map((line) => line.trim());
  let resource = '';
  return lines.flatMap((line) => {
    // [~] AWS::SQS::Queue Gatepost/Intake/Fifo/Queue GatepostIntakeFifoQueue19DEC52F replace
    if (/^\[[-+~]\] /.test(line)) resource = line;
    const stateful = STATEFUL.some((type) => resource.includes(` ${type} `));
    return stateful && /replace|destroy|orphan/.test(line) && !isGuess(resource, line) ? [line] : [];
  });
};

/** MiniStack does not know which properties replace a bucket, and says of each that it may. In AWS the name does. */
const isGuess = (resource: string, line: string): boolean =>
  resource.includes(' AWS::S3::Bucket ') &&
  /may (be replaced|cause replacement)/.test(line) &&
  !line.includes(' BucketName ');

/** What an update changed, and what it should have left alone or should have changed. */
export const checkChange = (
  first: readonly ReadBack[],
  second: readonly ReadBack[],
): { readonly changed: readonly string[]; readonly faults: readonly string[] } => {
  const before = new Map(first.map((one) => [one.logicalId, one]));
  const faults: string[] = [];
  const changed: string[] = [];
  for (const { logicalId, type, physicalId, wanted, found } of second) {
    const was = before.get(logicalId);
    if (was === undefined || !isDeepStrictEqual(was.wanted, wanted)) changed.push(logicalId);
    if (STATEFUL.includes(type) && (physicalId !== was?.physicalId || madeAt(found) !== madeAt(was?.found)))
      faults.push(`${type} ${logicalId} is another one after the update`);
  }
  if (changed.length === 0) faults.push('The update changed nothing');
  return { changed, faults };
};

/** When a resource was made, under whatever name its service tells it. */
const madeAt = (found: object | undefined): string => {
  const values = found as Readonly<Record<string, unknown>> | undefined;
  const { CreationDateTime, CreationDate, CreatedTimestamp, CreatedDate } = values ?? {};
  return String(CreationDateTime ?? CreationDate ?? CreatedTimestamp ?? CreatedDate);
};

/** CloudFormation takes the policy off the queue; MiniStack leaves it there. */
const STAYS_IN_MINISTACK: readonly string[] = ['AWS::SQS::QueuePolicy'];

/** By type, what is still there after `cdk destroy` and what is gone. */
export interface Left {
  readonly left: readonly string[];
  readonly gone: readonly string[];
  readonly faults: readonly string[];
}

/** Looks for every resource of a stack that was destroyed: what is to be retained must be there, all else must not. */
export const checkLeft = async (
  clients: Clients,
  all: readonly ReadBack[],
  template: Template,
): Promise<Left> => {
  const left: string[] = [];
  const gone: string[] = [];
  const faults: string[] = [];
  const looked = await Promise.all(
    all.map(async ({ logicalId, type, physicalId, wanted, found }) =>
      physicalId === undefined || found === undefined
        ? []
        : [{ logicalId, type, stays: await isThere(clients, type, physicalId, wanted) }],
    ),
  );
  for (const { logicalId, type, stays } of looked.flat()) {
    const policy = (template.Resources[logicalId] as { readonly DeletionPolicy?: string }).DeletionPolicy;
    (stays ? left : gone).push(type);
    const retained = policy?.startsWith('Retain') === true;
    if (retained && !stays) faults.push(`${type} ${logicalId} is gone, but was to be retained`);
    if (!retained && stays && !STAYS_IN_MINISTACK.includes(type))
      faults.push(`${type} ${logicalId} is still there after cdk destroy`);
  }
  return { left, gone, faults };
};

/** Whether a resource exists, in the stack or not. */
export const isThere = async (
  clients: Clients,
  type: string,
  physicalId: string,
  wanted: ReadBack['wanted'],
): Promise<boolean> => {
  const found = await READERS[type]?.(clients, physicalId, wanted).catch((error: unknown) => {
    if (isMissing(error)) return {};
    throw error;
  });
  // A few readers find nothing where others get an error; what was left of it would have at least these.
  return found !== undefined && Object.keys(wanted).some((name) => Reflect.get(found, name) !== undefined);
};

/** Every service has its own name for it. */
const isMissing = (error: unknown): boolean =>
  Error.isError(error) && /NotFound|NoSuch|NonExistent|DoesNotExist|InvalidRequest/.test(error.name);
