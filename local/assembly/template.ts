/** The parts of a CloudFormation template that the local stack reads, unresolved. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Properties;
  /** The name of the condition under which the resource exists. */
  readonly Condition?: string;
}

export type Properties = { readonly [name: string]: unknown };

/** The local stack can't run the template. The message names the place in it. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
}
