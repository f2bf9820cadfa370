/**
 * Whether a text matches a pattern of IAM: `*` is any number of characters, `?` is one character.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
 */
export const fits = (pattern: string, text: string): boolean =>
  // Fast for patterns without wildcards, of which a role may have fifty.
  pattern === text || (WILDCARD.test(pattern) && toRegExp(pattern).test(text));

const WILDCARD = /([*?])/;

const toRegExp = (pattern: string): RegExp => {
  const parts = pattern.split(WILDCARD).map((part) => STANDS_FOR[part] ?? RegExp.escape(part));
  return new RegExp(`^${parts.join('')}$`, 's');
};

const STANDS_FOR: Readonly<Record<string, string>> = { '*': '.*', '?': '.' };

/**
 * Whether an ARN matches a pattern. The parts are compared one by one, so that only a `*` at the pattern's end matches across
 * parts.
 */
export const arnFits = (pattern: string, arn: string): boolean => {
  const patterns = partsOf(pattern);
  if (patterns.length < ARN_PARTS) return pattern.endsWith('*') && fits(pattern, arn);
  const parts = partsOf(arn);
  return patterns.every((part, index) => fits(part, parts[index] ?? ''));
};

/** `arn:partition:service:region:account:resource` */
const ARN_PARTS = 6;

/** The parts of an ARN. The last part, the resource, may contain colons. */
const partsOf = (arn: string): readonly string[] => {
  const parts = arn.split(':');
  const resource = parts.splice(ARN_PARTS - 1).join(':');
  return resource === '' ? parts : [...parts, resource];
};
