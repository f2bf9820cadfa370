import type { Stryker } from '@stryker-mutator/core';

type Options = ConstructorParameters<typeof Stryker>[0];

/** `npm run mutation`: changes the core in small ways, one at a time, and fails where too few changes make a test fail. */
const config: Options = {
  // The code that verifies, interprets, names, claims and routes. Catalogues, settings and payload shapes are declarations:
  // tests compare them with the docs. Clients and entry points only pass data on.
  mutate: [
    'lambdas/core/*.ts',
    '!lambdas/core/rejection.ts',
    'lambdas/event-log/{claim,schema}.ts',
    'lambdas/events/*.ts',
    'lambdas/fan-out/*.ts',
    'lambdas/ingest/*.ts',
    '!lambdas/ingest/secrets-manager.ts',
    'lambdas/providers/*/**/*.ts',
    '!lambdas/providers/*/{catalogue,settings,data,data-*}.ts',
    '!lambdas/providers/shapes/*.ts',
    '!lambdas/providers/shared/*-settings.ts',
    'lambdas/providers/shared/catalogue.ts',
    'lambdas/runtime/{describe-error,environment,outgoing-get}.ts',
    '!**/*.d.ts',
  ],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    configFile: 'evidence/quality/jest.config.ts',
    // Only the tests that reach the mutated file: all of them would take hours.
    enableFindRelatedTests: true,
    config: {
      setupFiles: ['<rootDir>/evidence/quality/short-properties.ts'],
      testMatch: [
        '<rootDir>/test/lambdas/{core,event-log,events,fan-out,ingest,providers,runtime}/**/*.test.ts',
        // Measures time, so it could fail for another reason than the mutant.
        '!<rootDir>/test/lambdas/providers/comparison-time.test.ts',
      ],
    },
  },
  coverageAnalysis: 'perTest',
  // Code that runs when a module is loaded is mutated, too, although each such mutant needs all tests of its file.
  ignoreStatic: false,
  // Stryker would read tsconfig.json with the compiler's API, which TypeScript 7 does not have.
  tsconfigFile: 'none',
  concurrency: 2,
  // Long enough for a slow test on a busy machine; only an endless loop takes longer.
  timeoutMS: 10_000,
  timeoutFactor: 3,
  incremental: true,
  incrementalFile: '.stryker/incremental.json',
  tempDirName: '.stryker/sandbox',
  ignorePatterns: ['.gatepost', '.stryker', 'cdk.out', 'coverage'],
  thresholds: { high: 98, low: 90, break: 90 },
  reporters: ['clear-text', 'html'],
  clearTextReporter: { logTests: false, reportTests: false },
  htmlReporter: { fileName: '.stryker/report.html' },
  allowConsoleColors: false,
};

export default config;
