import type { Config } from 'jest';
import common from '../../jest.config.ts';

const [, endToEnd] = common.projects as readonly Exclude<Config['projects'], undefined>[number][];

/** The tests in a browser: `npm run test:browser`. They need a Chromium, which `npm test` does without. */
const config: Config = {
  ...(endToEnd as object),
  rootDir: '../..',
  testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
  testTimeout: 60_000,
  maxWorkers: 1,
};

export default config;
