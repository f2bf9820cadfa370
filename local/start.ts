import { relative, resolve } from 'node:path';
import { styleText } from 'node:util';
import type { LocalStack, LocalStackListener } from './local-stack.ts';
import { HELP, parseOptions, type StartOptions, UsageError } from './options.ts';
import type { Page } from './page/page.ts';
import { PortTakenError } from './support/listen.ts';
import { SynthesisError, synthesize } from './synthesize.ts';
import { banner, sourcesOf } from './terminal/banner.ts';
import { describe, type Look } from './terminal/describe.ts';
import { type Happening, readLine } from './terminal/happening.ts';

/** `npm start`: synthesizes the CDK app and runs its assembly. */
const main = async (): Promise<void> => {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }

  const shown = presenter(options);
  // Loads the modules while the app is synthesized.
  const [{ startLocalStack }, { startPage }] = await Promise.all([
    import('./local-stack.ts'),
    import('./page/page.ts'),
    synthesize(PROJECT, ASSEMBLY, options.app),
  ]);
  const where = { assembly: ASSEMBLY, stateDir: STATE };
  await using running = new AsyncDisposableStack();
  const page = await startPage({ ...where, port: options.consolePort });
  running.defer(page.stop);
  const localStack = await startLocalStack({ ...options, ...where, listener: shown.listener(page) });
  running.defer(localStack.stop);
  await page.open(localStack);
  shown.ready(localStack, page.url);
  await signalled();
};

/** Waits for SIGINT or SIGTERM. */
const signalled = (): Promise<void> =>
  new Promise((resolve) => {
    let ending = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        // The second signal ends the process at once.
        if (ending) process.exit(1);
        ending = true;
        resolve();
      });
    }
  });

const PROJECT = resolve(import.meta.dirname, '..');
const STATE = resolve(PROJECT, '.gatepost');
const ASSEMBLY = resolve(STATE, 'assembly');

/** Lambda runs in UTC, and so does this process. Only the times on the terminal are in the user's time zone. */
const CLOCK = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
});
process.env.TZ = 'UTC';

interface Presenter {
  /** Shows happenings on the terminal and the page. */
  listener(page: Page): LocalStackListener;
  ready(localStack: LocalStack, page: string): void;
}

/** Shows happenings on the terminal, in columns or as JSON. */
const presenter = ({ json }: StartOptions): Presenter => {
  let look: Look = {
    style: (format, text) => styleText(format, text, { stream: process.stdout }),
    clock: (date) => CLOCK.format(date),
    sourceWidth: 0,
  };
  // With --json the line `ready` comes first, for scripts that wait for it.
  let held: Happening[] | undefined = json ? [] : undefined;
  const show = (happening: Happening): void => {
    if (held !== undefined) held.push(happening);
    else print(json ? JSON.stringify(happening) : describe(happening, look));
  };
  return {
    listener: (page) => {
      const tell = (happening: Happening): void => {
        show(happening);
        page.happened(happening);
      };
      return {
        line: (functionName, text) => {
          page.printed(functionName, text);
          const happening = readLine(functionName, text, new Date());
          if (happening !== undefined) tell(happening);
        },
        answered: (answer) => tell({ kind: 'answer', ...answer }),
        warning: (text) => tell({ kind: 'note', at: new Date(), level: 'warning', from: 'local', text }),
      };
    },
    ready: (localStack, page) => {
      const { gateway, sqs, dynamodb, s3, queues, routes } = localStack;
      look = { ...look, sourceWidth: Math.max(7, ...sourcesOf(routes).map((source) => source.length)) };
      print(
        json
          ? JSON.stringify({ ready: true, gateway, console: page, sqs, dynamodb, s3, queues })
          : banner(localStack, page, relative(process.cwd(), STATE), look),
      );
      const early = held ?? [];
      held = undefined;
      for (const happening of early) show(happening);
    },
  };
};

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** The message for the user, and the exit code. */
const explain = (error: unknown): readonly [string, number] => {
  if (error instanceof UsageError) return [`${error.message}\nnpm start -- --help shows the options.`, 2];
  if (error instanceof SynthesisError) return [`${error.output}\n\n${error.message}`, 1];
  if (error instanceof PortTakenError) {
    return [
      `${error.message}: another local stack may be running. For free ports: npm start -- --port 0 --console-port 0 --sqs-port 0 --dynamodb-port 0 --s3-port 0`,
      1,
    ];
  }
  if (Error.isError(error) && error.name === 'AssemblyError') return [error.message, 1];
  return [Error.isError(error) ? (error.stack ?? error.message) : String(error), 1];
};

try {
  await main();
} catch (error) {
  const [text, exitCode] = explain(error);
  process.stderr.write(`${styleText('red', text, { stream: process.stderr })}\n`);
  process.exitCode = exitCode;
}
