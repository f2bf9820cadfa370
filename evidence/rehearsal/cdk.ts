import { join } from 'node:path';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { run } from './run.ts';

/** Where an app is deployed to. */
export interface Target {
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
}

/** Credentials that are good for nothing but moto. */
export const CREDENTIALS = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' } as const;

const CLI = join(PROJECT_ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');

/**
 * Runs the CDK CLI of this project against a target. It sees no other credentials, profiles or endpoints: what goes
 * wrong here must not go wrong in somebody's account.
 *
 * @returns what it printed.
 * @throws {ProgramError}
 */
export const cdk = (target: Target, ...args: readonly string[]): Promise<string> =>
  run(
    process.execPath,
    [CLI, '--no-notices', '--no-color', '--ci', ...args],
    {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AWS_ENDPOINT_URL: target.endpoint,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_REGION: target.region,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_VERSION_CHECK: '1',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    },
    PROJECT_ROOT,
  );
