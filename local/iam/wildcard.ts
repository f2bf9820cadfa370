/**
 * Whether a text fits a pattern of IAM's: `*` stands for any number of characters, `?` for one.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
 */
export const fits = (pattern: string, text: string): boolean =>
  // Most patterns are names written out, and a role may list fifty of them.
  pattern === text || (WILDCARD.test(pattern) && toRegExp(pattern).test(text));

const WILDCARD = /([*?])/;

const toRegExp = (pattern: string): RegExp => {
  const parts = pattern.split(WILDCARD).map((part) => STANDS_FOR[part] ?? RegExp.escape(part));
  return new RegExp(`^${parts.join('')}$`, 's');
};

const STANDS_FOR: Readonly<Record<string, string>> = { '*': '.*', '?': '.' };

/**
 * Whether an ARN fits a pattern: part by part, so that a `*` in the middle of one doesn't reach into the next. At the
 * pattern's end it does.
 */
export const arnFits = (pattern: string, arn: string): boolean => {
  const patterns = partsOf(pattern);
  if (patterns.length < ARN_PARTS) return pattern.endsWith('*') && fits(pattern, arn);
  const parts = partsOf(arn);
  return patterns.every((part, index) => fits(part, parts[index] ?? ''));
};

/** `arn:partition:service:region:account:resource` */
const ARN_PARTS = 6;

/** The parts of an ARN. What names the resource may have colons of its own. */
const partsOf = (arn: string): readonly string[] => {
  const parts = arn.split(':');
  const resource = parts.splice(ARN_PARTS - 1).join(':');
  return resource === '' ? parts : [...parts, resource];
};
