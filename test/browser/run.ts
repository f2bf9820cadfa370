import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findBrowser } from './find-browser.ts';

// `npm run test:browser`: the tests of the local stack's page in a real Chromium, where there is one.

if (findBrowser() === undefined) {
  process.stdout.write(
    'SKIPPED: the tests in a browser, for no Chromium was found here. `apt-get install chromium` brings one; CHROMIUM=<path> names one.\n',
  );
} else {
  const jest = spawn('jest', ['--config', 'test/browser/jest.config.ts', ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    },
  });
  const [exitCode] = await once(jest, 'close');
  process.exitCode = exitCode ?? 1;
}
