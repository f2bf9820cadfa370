import type { Config } from 'jest';

const common = {
  testEnvironment: 'node',
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
    { ...common, testMatch: ['<rootDir>/test/!(e2e|browser)/**/*.test.ts'] },
    {
      ...common,
      testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
      // Only where a test of this project runs.
      globalSetup: '<rootDir>/test/e2e/support/synthesize-once.ts',
      globalTeardown: '<rootDir>/test/e2e/support/clean-up.ts',
    },
  ],
  // An end-to-end test starts processes and threads; on a busy machine that takes its time.
  testTimeout: 20_000,
  // CI and the machines that this is written for have two cores; a third worker has them while another waits for a time-out.
  maxWorkers: 3,
};

export default config;
