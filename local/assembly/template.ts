/** A CloudFormation template as far as the local stack reads it: JSON, nothing in it resolved. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Properties;
  /** The name of the condition under which there is such a resource at all. */
  readonly Condition?: string;
}

export type Properties = { readonly [name: string]: unknown };

/** What the template says is not something that the local stack can run. The message names the place. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
}
