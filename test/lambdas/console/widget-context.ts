const HOUR = 3_600_000;

/**
 * What CloudWatch adds to the event of a custom widget, as its documentation has it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 *
 * @param now the end of the time range, which is one hour long; in ms.
 */
export const widgetContext = (now: number) => ({
  dashboardName: 'gatepost',
  widgetId: 'widget-16',
  accountId: '012345678901',
  locale: 'en',
  timezone: { label: 'Local', offsetISO: '+02:00', offsetInMinutes: 120 },
  period: 300,
  isAutoPeriod: true,
  timeRange: { mode: 'relative', start: now - HOUR, end: now, relativeStart: HOUR },
  theme: 'dark',
  linkCharts: true,
  title: 'Events',
  forms: { all: {} },
  params: {},
  width: 588,
  height: 369,
});
