import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../cli-error.ts';

/** The variables of a shell. */
type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Finds the profile that the AWS CLI would use, and checks the shell's settings as it does. The SDK would go on with other
 * credentials.
 *
 * @param option the value of `--profile`.
 * @returns undefined where none is selected.
 * @throws {CliError} where the profile does not exist, or a key is set without its secret.
 */
export const selectedProfile = async (
  option: string | undefined,
  variables: Variables = process.env,
): Promise<string | undefined> => {
  // In the order of the AWS CLI. An empty variable is none.
  const profile = option ?? (variables.AWS_DEFAULT_PROFILE || variables.AWS_PROFILE || undefined);
  if (profile !== undefined && !(await profileExists(profile, variables))) {
    throw new CliError(
      'noDeployment',
      `There is no AWS profile "${profile}".`,
      'aws configure list-profiles lists the profiles. Select one with --profile or AWS_PROFILE, or none.',
    );
  }
  if (option === undefined && variables.AWS_ACCESS_KEY_ID && !variables.AWS_SECRET_ACCESS_KEY) {
    throw new CliError(
      'noDeployment',
      'AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not.',
      'Set both, or neither and a --profile.',
    );
  }
  return profile;
};

/** The AWS CLI accepts a profile without any setting; the SDK's reader of these files leaves it out. */
const profileExists = async (profile: string, variables: Variables): Promise<boolean> => {
  const [config, credentials] = await Promise.all([
    sections(variables.AWS_CONFIG_FILE || inHome('config')),
    sections(variables.AWS_SHARED_CREDENTIALS_FILE || inHome('credentials')),
  ]);
  const isDefault = profile === 'default';
  return (
    credentials.includes(profile) ||
    config.includes(`profile ${profile}`) ||
    (isDefault && config.includes(profile))
  );
};

const inHome = (name: string): string => join(homedir(), '.aws', name);

/** The names of the sections of an INI file, none where there is no such file: `[profile "ops"]` is `profile ops`. */
const sections = async (path: string): Promise<readonly string[]> => {
  const text = await readFile(path, 'utf8').catch(() => '');
  return [...text.matchAll(/^\[\s*(.+?)\s*\]/gm)].map(([, name = '']) =>
    name.replaceAll(/["']/g, '').replaceAll(/\s+/g, ' '),
  );
};
