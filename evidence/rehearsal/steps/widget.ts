import assert from 'node:assert/strict';
import { GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { eventsOf, newestOf } from '../events.ts';
import { type Step, until, type Walk } from '../walk.ts';

/** The console's functions, called as CloudWatch calls them. */
export const widget: Step = {
  title: 'The functions of the console, with the event of a widget',
  run: async (walk) => {
    const event = await newestOf(walk, 'customer');
    // As CloudWatch finds them: the console's function on the dashboard, that of the replay in the button.
    const console = await consoleArn(walk);
    const list = await call(walk, console, {});
    assert(list.includes(event.key), 'the list does not have the last event');
    const opened = await call(walk, console, { view: 'event', key: event.key });
    assert.match(opened, /routed to/);
    const replayId = /replayId\W+([0-9a-f-]{36})/.exec(opened)?.[1];
    assert(replayId !== undefined, 'an open event has no button that replays it');
    const replay = /endpoint="([^"]+replay)"/.exec(opened)?.[1] ?? '';
    const replayed = await call(walk, replay, { key: event.key, replayId });
    assert.match(replayed, /It is in the intake queue/);
    await until('The replayed event in the event log', async () =>
      (await eventsOf(walk)).find(({ key }) => key === `${event.key}~${replayId}`),
    );
  },
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
      Payload: Buffer.from(JSON.stringify({ ...parameters, widgetContext: widgetContext() })),
    }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  assert.equal(FunctionError, undefined, `${FunctionName} failed: ${text}`);
  return String(JSON.parse(text)).replace(/<style>.*<\/style>/s, '');
};

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html */
const widgetContext = () => ({
  dashboardName: 'gatepost',
  widgetId: 'widget-16',
  accountId: '123456789012',
  locale: 'en',
  timezone: { label: 'UTC', offsetISO: '+00:00', offsetInMinutes: 0 },
  period: 300,
  isAutoPeriod: true,
  timeRange: { mode: 'relative', start: Date.now() - 3_600_000, end: Date.now(), relativeStart: 3_600_000 },
  theme: 'light',
  linkCharts: true,
  title: 'Events',
  forms: { all: {} },
  params: {},
  width: 588,
  height: 369,
});
