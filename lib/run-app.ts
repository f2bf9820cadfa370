import { App } from 'aws-cdk-lib';
import { SettingError } from './setting-error.ts';

/**
 * Makes a CDK app and synthesizes it. A wrong setting ends it with one sentence and no stack trace, since the cause is in
 * what the customer wrote and not in the code below it. Any other error is thrown on as it is.
 *
 * @param build adds the stacks.
 */
export const runApp = (build: (app: App) => void): void => {
  try {
    // Synthesized below: CDK would do it at the end of the process, and of half an app as well.
    const app = new App({ autoSynth: false });
    build(app);
    app.synth();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
};
