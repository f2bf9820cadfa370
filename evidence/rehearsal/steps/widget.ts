import assert from 'node:assert/strict';
import { GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { widgetContext } from '../../../test/lambdas/console/widget-context.ts';
import { eventOf, eventsOf, rejectedOf } from '../events.ts';
import { deliverAndExpect, type Step, sign, until, type Walk } from '../walk.ts';

/** The console's functions, called as CloudWatch calls them. */
export const widget: Step = {
  title: 'The functions of the console, with the event of a widget',
  run: async (walk) => {
    const id = await deliverAndExpect(walk, 200, 'altoviz', await sign(walk, 'altoviz', 'QuoteCreated'));
    const event = await until('The event to show', () => eventOf(walk, id));
    // As CloudWatch finds them: the console's function on the dashboard, that of the replay in the button.
    const console = await consoleArn(walk);
    const list = await call(walk, console, {});
    assert(list.includes(event.key), 'the list does not have the last event');
    // The functions' lines reach the logs a moment later.
    const look = async () => {
      const html = await call(walk, console, { view: 'event', key: event.key });
      return html.includes('routed to') ? html : undefined;
    };
    const opened = await until('The event with its path', look, 60);
    const replayId = /replayId\W+([0-9a-f-]{36})/.exec(opened)?.[1];
    assert(replayId !== undefined, 'an open event has no button that replays it');
    const replay = /endpoint="([^"]+replay)"/.exec(opened)?.[1] ?? '';
    const replayed = await call(walk, replay, { key: event.key, replayId });
    assert.match(replayed, /It is in the intake queue/);
    await until('The replayed event in the event log', async () =>
      (await eventsOf(walk)).find(({ key }) => key === `${event.key}~${replayId}`),
    );
    await rejected(walk, console);
  },
};

/** A forgery of the steps before: it is listed, opened, and refused again. */
const rejected = async (walk: Walk, console: string): Promise<void> => {
  const list = await call(walk, console, { view: 'rejected', source: 'augustus' });
  const [id = ''] = await rejectedOf(walk, 'augustus');
  assert(list.includes(id), 'the list does not have the last rejected delivery');
  const functionName = /endpoint="([^"]+-rejected)"/.exec(list)?.[1] ?? '';
  const opened = await call(walk, functionName, { view: 'delivery', id });
  assert.match(opened, /By the settings and secrets of today/);
  assert.match(opened, /Take back/);
  assert.match(await call(walk, functionName, { view: 'retry', id }), /refused/);
};

const consoleArn = async ({ clients }: Walk): Promise<string> => {
  const { DashboardBody = '' } = await clients.cloudWatch.send(
    new GetDashboardCommand({ DashboardName: 'gatepost' }),
  );
  return /"endpoint":"([^"]+)"/.exec(DashboardBody)?.[1] ?? '';
};

/** @returns the HTML that the widget shows, without its style. */
export const call = async ({ clients }: Walk, FunctionName: string, parameters: object): Promise<string> => {
  const { Payload, FunctionError } = await clients.lambda.send(
    new InvokeCommand({
      FunctionName,
      Payload: Buffer.from(JSON.stringify({ ...parameters, widgetContext: widgetContext(Date.now()) })),
    }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  assert.equal(FunctionError, undefined, `${FunctionName} failed: ${text}`);
  return String(JSON.parse(text)).replace(/<style>.*<\/style>/s, '');
};
