import type { BuildOptions } from 'esbuild';
import { PROJECT_ROOT } from './project-root.ts';

/**
 * How every function is bundled. The AWS SDK goes in as well: what was tested is what runs, and it starts faster than the
 * one in Lambda's runtime. With esbuild's own main fields it would be half as large again.
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
