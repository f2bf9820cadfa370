import { join } from 'node:path';
import { ProgramError, run } from '../run.ts';

/** Rules of cfn-lint that the template need not keep, each with the reason. */
export const ACCEPTED_RULES: Readonly<Record<string, string>> = {
  W3005:
    "CDK writes down a function's dependency on its role, which a reference implies already; nothing changes by it",
};

interface Finding {
  readonly Level: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  /** Without a path where the template can't be read as one at all. */
  readonly Location: { readonly Path?: { readonly CloudFormation?: readonly (string | number)[] } };
}

/** What cfn-lint found. */
export interface Findings {
  /** Against rules that are not accepted, one line each. */
  readonly faults: readonly string[];
  /** How often a rule that is accepted spoke up, by rule. */
  readonly accepted: ReadonlyMap<string, number>;
}

/**
 * Lints a template.
 *
 * @param programs the virtual environment's programs.
 * @throws {ProgramError} where cfn-lint itself failed.
 */
export const lint = async (programs: string, template: string): Promise<Findings> =>
  sortFindings(await findings(programs, template));

const findings = async (programs: string, template: string): Promise<readonly Finding[]> => {
  try {
    return JSON.parse(await run(join(programs, 'cfn-lint'), ['--format', 'json', '--template', template]));
  } catch (error) {
    // Its exit code says what kinds of findings there are; 1 is a failure of its own.
    // https://github.com/aws-cloudformation/cfn-lint#exit-codes
    if (error instanceof ProgramError && error.exitCode !== null && error.exitCode > 1)
      return JSON.parse(error.output);
    throw error;
  }
};

/** Tells findings that have a reason from those that don't. */
export const sortFindings = (findings: readonly Finding[]): Findings => {
  const known = (finding: Finding): boolean =>
    finding.Level !== 'Error' && Object.hasOwn(ACCEPTED_RULES, finding.Rule.Id);
  const accepted = Map.groupBy(findings.filter(known), ({ Rule }) => Rule.Id);
  return {
    faults: findings
      .filter((finding) => !known(finding))
      .map(
        ({ Level, Rule, Message, Location }) =>
          `${Level} ${Rule.Id} at ${Location.Path?.CloudFormation?.join('.') ?? 'an unknown place'}: ${Message}`,
      ),
    accepted: new Map([...accepted].map(([rule, all]) => [rule, all.length])),
  };
};
