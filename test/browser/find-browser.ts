import { existsSync } from 'node:fs';

/** Where a Chromium may be: Debian's, others'. `CHROMIUM` names another one. */
const PLACES = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser to test in; undefined where there is none. */
export const findBrowser = (): string | undefined =>
  PLACES.find((place) => place !== '' && existsSync(place));
