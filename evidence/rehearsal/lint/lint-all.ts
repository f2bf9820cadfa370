import { join } from 'node:path';
import { type Findings, lint } from './lint.ts';
import { synthesizeMatrix } from './lint-matrix.ts';

/**
 * Lints the templates of an assembly and those of other options.
 *
 * @param programs the virtual environment's programs.
 * @param template a template of the app, linted with the name `the app`.
 * @param directory where the assemblies of the other options go.
 */
export const lintAll = async (
  programs: string,
  template: string,
  directory: string,
): Promise<readonly Findings[]> => {
  const templates = new Map([['the app', template], ...(await synthesizeMatrix(directory))]);
  const all = await lint(programs, [...templates.values()]);
  const names = [...templates.keys()];
  return all.map(({ faults, accepted }, index) => ({
    faults: faults.map((fault) => `cfn-lint, ${names[index]}: ${fault}`),
    accepted,
  }));
};

/** The template of an assembly of the rehearsal's app. */
export const templateIn = (assembly: string): string => join(assembly, 'Gatepost.template.json');
