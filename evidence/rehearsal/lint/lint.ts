import { join } from 'node:path';
import { ProgramError, run } from '../run.ts';

/** Rules of cfn-lint that the template need not keep, each with the reason. */
export const ACCEPTED_RULES: Readonly<Record<string, string>> = {
  W3005:
    "CDK writes down a function's dependency on its role, which a reference implies already; nothing changes by it",
};

interface Finding {
  /** The path of the template, as it was given. */
  readonly Filename: string;
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
 * Lints templates, in one process: it takes four seconds to start.
 *
 * @param programs the virtual environment's programs.
 * @returns what was found in each template, in their order.
 * @throws {ProgramError} where cfn-lint itself failed.
 */
export const lint = async (programs: string, templates: readonly string[]): Promise<readonly Findings[]> => {
  const all = await findings(programs, templates);
  const other = all.find(({ Filename }) => !templates.includes(Filename));
  if (other !== undefined) throw new Error(`cfn-lint found something in ${other.Filename}`);
  return templates.map((template) => sortFindings(all.filter(({ Filename }) => Filename === template)));
};

const findings = async (programs: string, templates: readonly string[]): Promise<readonly Finding[]> => {
  try {
    const args = ['--format', 'json', '--template', ...templates];
    return JSON.parse(await run(join(programs, 'cfn-lint'), args));
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
