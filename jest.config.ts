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
    { ...common, testMatch: ['<rootDir>/test/!(e2e)/**/*.test.ts'] },
    {
      ...common,
      testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
      // Only where a test of this project runs.
      globalSetup: '<rootDir>/test/e2e/support/synthesize-once.ts',
      globalTeardown: '<rootDir>/test/e2e/support/clean-up.ts',
    },
  ],
  // CI and the machines that this is written for have two cores; a third worker only takes their time.
  maxWorkers: 2,
};

export default config;
