import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { TemplateResource } from '../../../local/assembly/template.ts';
import { type LocalStack, startLocalStack } from '../../../local/local-stack.ts';
import { startPage } from '../../../local/page/page.ts';
import { readLine } from '../../../local/terminal/happening.ts';
import { altoviz } from '../../../senders/altoviz.ts';
import { post } from '../../../senders/post.ts';
import { readSample } from '../../../senders/samples.ts';
import { signerFor } from '../../../senders/signer.ts';
import { assemblyUnderTest, withFunctions, writeEdited } from '../../e2e/support/edited-assembly.ts';
import { withProperties } from '../../e2e/support/grants.ts';
import { findBrowser } from '../find-browser.ts';

/** The local stack's page, in a browser. */
export interface PageUnderTest {
  readonly url: string;
  readonly localStack: LocalStack;
  /** Opens the page, by its view: `live`, `events`, `queues`, `dashboard`. */
  open(view: string, options?: BrowserContextOptions): Promise<Page>;
  /** Delivers an event to altoviz, its payload changed, or signed with another secret. */
  deliver(event: string, change?: (payload: string) => string, secret?: string): Promise<void>;
  /** Does something while altoviz has another secret. What functions remember of it is not changed. */
  withSecret<Done>(secret: string, run: () => Promise<Done>): Promise<Done>;
}

/** Starts it before the tests of a file, with some of the functions, and stops it after them. */
export const pageUnderTest = (): (() => PageUnderTest) => {
  const running = new AsyncDisposableStack();
  let started: PageUnderTest | undefined;
  beforeAll(async () => {
    started = await start(running);
  }, 120_000);
  afterAll(() => running.disposeAsync(), 60_000);
  return () => {
    if (started === undefined) throw new Error('the page stands inside of tests only');
    return started;
  };
};

const FUNCTIONS = [
  'ingest-altoviz',
  'ingest-ivvy',
  'fan-out',
  'console',
  'replay',
  'keep-rejected',
  'rejected',
];

const start = async (running: AsyncDisposableStack): Promise<PageUnderTest> => {
  const assembly = await writeEdited(await templateWithPayloads());
  running.defer(() => rm(assembly, { recursive: true }));
  const stateDir = await mkdtemp(join(tmpdir(), 'gatepost-browser-'));
  running.defer(() => rm(stateDir, { recursive: true }));
  const page = await startPage({ port: 0, assembly, stateDir });
  running.defer(() => page.stop());
  const localStack = await startLocalStack({
    assembly,
    stateDir,
    listener: {
      line: (functionName, text) => {
        page.printed(functionName, text);
        const happening = readLine(functionName, text, new Date());
        if (happening !== undefined) page.happened(happening);
      },
    },
  });
  running.defer(() => localStack.stop());
  await page.open(localStack);
  const browser: Browser = await chromium.launch({
    executablePath: findBrowser() ?? '',
    // A container has no room for what Chromium locks itself into.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  running.defer(() => browser.close());

  return {
    url: page.url,
    localStack,
    open: async (view, options) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      context.setDefaultTimeout(15_000);
      const opened = await context.newPage();
      await opened.goto(`${page.url}/#/${view}`);
      return opened;
    },
    deliver: async (event, change = (payload) => payload, secret?: string) => {
      const sample = await readSample(altoviz, event);
      const changed = { ...sample, payload: change(sample.payload ?? '') };
      const request =
        secret === undefined
          ? (await signerFor(altoviz, 'altoviz', stateDir))(changed)
          : altoviz.sign(changed, secret);
      await post(localStack.gateway, 'altoviz', request, new AbortController().signal);
    },
    withSecret: async (secret, run) => {
      const path = join(stateDir, 'secrets.json');
      const secrets = await readFile(path, 'utf8');
      await writeFile(path, JSON.stringify({ ...JSON.parse(secrets), altoviz: secret }));
      try {
        return await run();
      } finally {
        await writeFile(path, secrets);
      }
    },
  };
};

const templateWithPayloads = async () => {
  const { template } = await assemblyUnderTest();
  const few = withFunctions(
    template,
    FUNCTIONS.map((name) => `gatepost-${name}`),
  );
  return ['gatepost-console', 'gatepost-rejected'].reduce((edited, name) => {
    const [id, { Properties = {} }] = Object.entries(edited.Resources).find(
      ([, { Properties }]) => Properties?.FunctionName === name,
    ) as [string, TemplateResource];
    const { Variables } = Properties.Environment as { readonly Variables: object };
    return withProperties(edited, id, { Environment: { Variables: { ...Variables, PAYLOADS: 'shown' } } });
  }, few);
};
