import type { BuildOptions } from 'esbuild';
import { PROJECT_ROOT } from './project-root.ts';

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
  alias: {
    '@aws-sdk/credential-provider-node': './lambdas/runtime/credentials.ts',
    '@smithy/core/event-streams': './lambdas/runtime/event-streams.ts',
  },
  minify: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;
