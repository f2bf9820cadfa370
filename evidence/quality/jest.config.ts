import type { Config } from 'jest';
import all from '../../jest.config.ts';

const unit = all.projects?.[0] as object;

/** The tests of what runs in AWS, alone: for `npm run coverage`. */
const config: Config = {
  ...unit,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/lambdas/**/*.test.ts'],
  testTimeout: all.testTimeout,
  coverageProvider: 'v8',
  // What runs in AWS for a delivery. `credentials.ts` is another module's, under the name that the bundles know it by.
  collectCoverageFrom: [
    'lambdas/{core,runtime,events}/**/*.ts',
    'lambdas/{event-log,fan-out,ingest,providers}/**/*.ts',
    '!lambdas/runtime/credentials.ts',
    '!lambdas/ingest/functions/*.ts',
    '!**/*.d.ts',
  ],
  coverageThreshold: { global: { lines: 100, statements: 100, branches: 100, functions: 100 } },
  coverageReporters: ['text'],
};

export default config;
