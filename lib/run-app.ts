import { App } from 'aws-cdk-lib';
import { SettingError } from './setting-error.ts';

/**
 * Creates and synthesizes a CDK app. A {@link SettingError} is printed as one sentence without a stack trace; any other
 * error is thrown.
 */
export const runApp = (build: (app: App) => void): void => {
  try {
    // Synthesized below, because autoSynth would also synthesize an incomplete app.
    const app = new App({ autoSynth: false });
    build(app);
    app.synth();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
};
