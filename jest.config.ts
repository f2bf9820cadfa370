import type { Config } from 'jest';

/**
 * `npm test` runs the tests; `npm run prove` what takes longer than a test may: that every grant of the template is
 * needed, that every mistake is found by the simulation, forgeries, schedules of faults, crashes one by one and a flood
 * against the local stack, how the local functions end when their time is up, and the rules of CloudFormation and cdk-nag.
 */
const ENDING = process.env.GATEPOST_PROVE === undefined ? 'test' : 'proof';

const common = {
  testEnvironment: 'node',
  // The tests import what they use.
  injectGlobals: false,
  roots: ['<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ] as [string, Record<string, unknown>],
  },
};

const config: Config = {
  projects: [
    { ...common, testMatch: [`<rootDir>/test/!(e2e|browser)/**/*.${ENDING}.ts`] },
    {
      ...common,
      testMatch: [`<rootDir>/test/e2e/**/*.${ENDING}.ts`],
      // Only where a test of this project runs.
      globalSetup: '<rootDir>/test/e2e/support/synthesize-once.ts',
      globalTeardown: '<rootDir>/test/e2e/support/clean-up.ts',
    },
  ],
  globalSetup: '<rootDir>/test/temporary-files.ts',
  // An end-to-end test starts processes and threads; on a busy machine that takes its time.
  testTimeout: 20_000,
  // CI and the machines that this is written for have two cores. Many tests wait for a time-out: then the third goes on.
  maxWorkers: 3,
};

export default config;
