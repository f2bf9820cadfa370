import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import * as v from 'valibot';
import { readAssembly } from '../assembly/cloud-assembly.ts';
import { readDashboard } from '../dashboard/definition.ts';
import { renderPage } from '../dashboard/page.ts';
import { depthLine } from '../dashboard/queue-depths.ts';
import { readRecording } from '../dashboard/recording.ts';
import type { LocalStack } from '../local-stack.ts';
import { errorMessage } from '../support/error-message.ts';
import { LOOPBACK, listen, stopListening } from '../support/listen.ts';
import { readBody } from '../support/read-body.ts';
import { recordOf } from '../support/record.ts';
import type { Happening } from '../terminal/happening.ts';
import { pageUrl, refusal } from './guard.ts';
import { startLive } from './live.ts';
import { queueContents, queueDepths } from './queues.ts';
import { startRecorder } from './recorder.ts';
import { sampleOrder, sendSample } from './send-sample.ts';
import { playedSources } from './sources.ts';

/** The local stack's page: the console as in CloudWatch, with live activity, queues and the dashboard. */
export interface Page {
  readonly url: string;
  /** Opens the page when the local stack is ready. Until then every request is answered with 503. */
  open(localStack: LocalStack): Promise<void>;
  /** Shows a happening. */
  happened(happening: Happening): void;
  /** Records a line of a function for the dashboard. */
  printed(functionName: string, text: string): void;
  stop(): Promise<void>;
}

export interface PageOptions {
  /** 0 selects a free port. */
  readonly port: number;
  /** The directory of the cloud assembly that the local stack runs. */
  readonly assembly: string;
  /** Where the local stack keeps secrets and keys. */
  readonly stateDir: string;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly policy?: string;
}

type Route = (request: IncomingMessage, url: URL) => Promise<Answer | undefined>;

/**
 * Starts the page, on this machine only.
 *
 * @throws {PortTakenError}
 */
export const startPage = async ({ port, assembly, stateDir }: PageOptions): Promise<Page> => {
  const live = startLive();
  const recorder = startRecorder();
  let routes: Readonly<Record<string, Route>> = {};

  const server = createServer(async (request, response) => {
    const host = `${LOOPBACK}:${bound}`;
    const reason = refusal(request, host);
    if (reason !== undefined) return send(response, fault(403, reason));
    const url = pageUrl(request.url, host);
    if (url === undefined) return send(response, NOT_FOUND);
    const asked = `${request.method} ${url.pathname}`;
    if (asked === 'GET /api/live') return live.follow(response);
    const route = routes[asked];
    if (route === undefined)
      return send(
        response,
        Object.keys(routes).length === 0 ? fault(503, 'The local stack is not ready yet') : NOT_FOUND,
      );
    try {
      send(response, (await route(request, url)) ?? NOT_FOUND);
    } catch (error) {
      send(response, fault(502, errorMessage(error)));
    }
  });
  const bound = await listen(server, port);

  return {
    url: `http://${LOOPBACK}:${bound}`,
    open: async (localStack) => {
      routes = await routesOf(localStack, assembly, stateDir, recorder);
    },
    happened: live.happened,
    printed: recorder.printed,
    stop: async () => {
      live.stop();
      await stopListening(server);
    },
  };
};

const routesOf = async (
  localStack: LocalStack,
  assembly: string,
  stateDir: string,
  recorder: ReturnType<typeof startRecorder>,
): Promise<Readonly<Record<string, Route>>> => {
  const files = await Promise.all(
    FILES.map(async ([path, name, type]): Promise<[string, Route]> => {
      const answer = { status: 200, type, body: await readFile(join(STATIC, name)), policy: PAGE_POLICY };
      return [`GET ${path}`, async () => answer];
    }),
  );
  const sources = await playedSources(localStack.functions);
  const definition = readDashboard((await readAssembly(assembly)).template);
  // Undefined for a stack without the console.
  const widget = definition.widgets.find(({ type }) => type === 'custom')?.properties.endpoint;
  const console = localStack.functions.find(({ name }) => name === widget)?.arn;

  const depths = async () => {
    const queues = await queueDepths(localStack.sqs);
    for (const { name, waiting } of queues) {
      const { functionName, text } = depthLine(name, waiting);
      recorder.printed(functionName, text);
    }
    return queues;
  };

  return {
    ...Object.fromEntries(files),
    'GET /dashboard': async () => {
      await depths();
      return {
        status: 200,
        type: 'text/html; charset=utf-8',
        body: renderPage(definition, readRecording(recorder.lines)),
        policy: DASHBOARD_POLICY,
      };
    },
    'GET /api/local-stack': async () =>
      json({
        gateway: localStack.gateway,
        console,
        sources: sources.map(({ name, provider, events, sender }) => ({
          name,
          provider,
          events,
          defaultEvent: sender.defaultEvent,
        })),
      }),
    'GET /api/queues': async () => json(await depths()),
    'GET /api/queue': async (_, { searchParams }) => {
      const contents = await queueContents(localStack.sqs, searchParams.get('name') ?? '');
      return contents && json(contents);
    },
    'POST /api/send': async (request) => {
      const order = v.safeParse(sampleOrder, await readJson(request));
      if (!order.success) return fault(400, 'The body is not a valid request for a sample');
      const answers = await sendSample(order.output, sources, localStack.gateway, stateDir);
      return answers === undefined ? fault(400, 'There is no such source or sample') : json(answers);
    },
    'POST /api/call': async (request) => {
      const call = v.safeParse(functionCall, await readJson(request));
      if (!call.success) return fault(400, 'The body is not a valid function call');
      const { endpoint, event } = call.output;
      // The functions behind the API and the queues can't be called from the page.
      if (!localStack.called.includes(endpoint)) return fault(403, 'No dashboard may call that function');
      return json({ result: await localStack.invoke(endpoint, event) });
    },
  };
};

/** CloudWatch's request for a custom widget: invoke the function of an ARN. */
const functionCall = v.object({ endpoint: v.string(), event: recordOf(v.unknown()) });

const STATIC = join(import.meta.dirname, 'static');
const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
/** Path, file and type. The files are served without a build. */
const FILES = [
  ['/', 'page.html', HTML],
  ['/page.css', 'page.css', 'text/css; charset=utf-8'],
  ['/page.js', 'page.js', SCRIPT],
  ['/dom.js', 'dom.js', SCRIPT],
  ['/live.js', 'live.js', SCRIPT],
  ['/queues.js', 'queues.js', SCRIPT],
  ['/send.js', 'send.js', SCRIPT],
  ['/widget.js', 'widget.js', SCRIPT],
] as const;

/** Only the page's own scripts run, so a payload that is not escaped by mistake does no harm. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types widget";
/** The dashboard has an inline style. */
const DASHBOARD_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
const NO_POLICY = "default-src 'none'; frame-ancestors 'none'";

const MAX_BODY_BYTES = 1024 * 1024;

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const body = await readBody(request, MAX_BODY_BYTES);
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
};

const json = (value: unknown, status = 200): Answer => {
  return { status, type: 'application/json', body: JSON.stringify(value) };
};

const fault = (status: number, error: string): Answer => json({ error }, status);

const NOT_FOUND = fault(404, 'Not found');

const send = (response: ServerResponse, { status, type, body, policy = NO_POLICY }: Answer): void => {
  response
    .writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .end(body);
};
