import { join } from 'node:path';
import type { CloudAssembly } from '../assembly/cloud-assembly.ts';
import type { Resource } from '../assembly/stack.ts';
import { AssemblyError } from '../assembly/template.ts';

/** A function of the template. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  readonly logGroup: string;
  /** The directory of its code. */
  readonly directory: string;
  /** `<file>.<exported name>` */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  /** In seconds. */
  readonly timeout: number;
  /** In MiB. */
  readonly memorySize: number;
  /** The reserved concurrency; undefined where the template doesn't set it. */
  readonly concurrency?: number;
}

/**
 * Reads a function from the template.
 *
 * @throws {AssemblyError} where the local stack can't run it.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
 */
export const readFunction = (
  { logicalId, ref, attribute, properties }: Resource,
  assembly: CloudAssembly,
): FunctionDefinition => {
  const { Code, Handler, Environment, Runtime, Timeout, MemorySize, LoggingConfig, ...rest } =
    properties as FunctionProperties;
  const { ReservedConcurrentExecutions: concurrency } = rest;
  if (!Runtime?.startsWith('nodejs') || Handler === undefined)
    throw new AssemblyError(
      `${logicalId}: the local stack runs Node.js functions, not ${Runtime ?? 'images'}`,
    );
  if (Code?.S3Key === undefined)
    throw new AssemblyError(`${logicalId}: its code is not an asset of the assembly`);
  return {
    name: ref,
    arn: attribute('Arn'),
    logGroup: LoggingConfig?.LogGroup ?? `/aws/lambda/${ref}`,
    directory: assembly.assetDirectory(Code.S3Key),
    handler: Handler,
    environment: Object.fromEntries(
      Object.entries(Environment?.Variables ?? {}).map(([name, value]) => [name, String(value)]),
    ),
    timeout: Number(Timeout ?? 3),
    memorySize: Number(MemorySize ?? 128),
    ...(concurrency !== undefined && { concurrency: Number(concurrency) }),
  };
};

interface FunctionProperties {
  readonly Code?: { readonly S3Key?: string };
  readonly Handler?: string;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> };
  readonly Runtime?: string;
  readonly Timeout?: number | string;
  readonly MemorySize?: number | string;
  readonly ReservedConcurrentExecutions?: number | string;
  readonly LoggingConfig?: { readonly LogGroup?: string };
}

/** `index.handler` is the export `handler` of the file `index`. */
export const splitHandler = (handler: string): { readonly path: string; readonly exportName: string } => {
  const dot = handler.lastIndexOf('.');
  return { path: handler.slice(0, dot), exportName: handler.slice(dot + 1) };
};

/** The candidates for the handler's file; the first that exists is used. */
export const handlerFiles = (directory: string, path: string): readonly string[] =>
  ['.js', '.mjs', '.cjs'].map((extension) => join(directory, `${path}${extension}`));
