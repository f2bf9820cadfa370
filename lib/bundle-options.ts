import type { BuildOptions } from 'esbuild';
import { PROJECT_ROOT } from './project-root.ts';

/** What the functions import the client of S3 as: `imports` of package.json says where it is. */
export const S3_IMPORT = '#s3';

/** The file of {@link S3_IMPORT}, from the project's root. */
export const S3_ENTRY = 'lambdas/bodies/s3.ts';

/**
 * The options for every function's bundle. It includes the AWS SDK: the tested version runs, and it starts faster than that
 * of Lambda's runtime. esbuild's default main fields would make it 50 % larger.
 */
export const BUNDLE_OPTIONS = {
  absWorkingDir: PROJECT_ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  // The client of S3 is a file of its own, which is loaded at the first use.
  external: [S3_IMPORT],
  alias: {
    '@aws-sdk/credential-provider-node': './lambdas/runtime/credentials.ts',
    '@smithy/core/event-streams': './lambdas/runtime/event-streams.ts',
  },
  minify: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;
