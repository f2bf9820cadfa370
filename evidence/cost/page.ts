import { table } from '../../docs/markdown-table.ts';
import { PRICES, PRICES_AS_OF } from '../../lib/watch/prices.ts';
import { ASSUMPTIONS } from './assumptions.ts';
import { costLines, metrics, total } from './lines.ts';
import { searchingLines } from './searching.ts';
import type { CostSettings } from './settings.ts';

/** Events a month. */
const VOLUMES = [10e3, 100e3, 1e6, 10e6, 100e6] as const;
const MILLION = 1e6;
const COUNT = new Intl.NumberFormat('en-GB');

/** The page of what Gatepost costs, in Markdown. */
export const costPage = (settings: CostSettings): string => `\
<!-- Made by \`npm run cost\` from the synthesized template and cost/*.ts: change those, not this. -->

# What it costs

For the app that ships (${settings.sources} sources, ${settings.queues} queues with their dead-letter queues), in US dollars at AWS's list prices for us-east-1 as of ${PRICES_AS_OF}, without free tiers. Prices and assumptions are below. It is a calculation, not a bill.

## A million events

What one more million of events costs, and what stands there each month even if none comes:

${table(['line', 'a million events', 'a month, without any'], ...perMillion(settings))}

The indexes of the event log, by which it is searched, are ${dollars(ofIndexes(settings))} of that for a million events; \`eventLog.searchByEntity: false\` leaves out one of them and half of it, and \`searchBySource: false\` the other. A duplicate writes to them once more, and so does a replay.

Each source costs ${dollars(metricsOfOneSource(settings) * PRICES.metric.dollars)} a month in metrics once all of them have occurred; a metric that does not occur in a month costs nothing. The ${settings.alarms} alarms watch ${settings.alarmMetrics} metrics, most of them queues.

## Looking into the event log

What it costs each time; nothing is paid for a log that nobody looks into ([event-log.md](event-log.md)):

${table(['', 'dollars'], ...searchingLines(settings).map(({ name, dollars: each }) => [name, each.toFixed(5)]))}

## At several volumes

Dollars a month:

${table(['events a month', ...VOLUMES.map((volume) => COUNT.format(volume))], ...byVolume(settings))}

## Beside hosted services

Dollars a month; what the hosted services publish:

${table(['events a month', ...VOLUMES.map((volume) => COUNT.format(volume))], ...besideHosted(settings))}

- **Svix**: USD 100 for a million messages over what the plan includes. The row has these alone, without the plan's own price, and as if nothing were included.
- **Hookdeck**: plans of USD 39 to 499 a month, and metered beyond what they include. The row has the plans alone.
- They sell more than is compared here, and less: neither checks iVvy's signatures, and with both your customers' data passes through one more company. Gatepost's column has no price for the time of whoever looks after it.

## Prices

The figures of AWS's price list, which could not be opened itself when this was written: taken from copies and summaries of it of 2026, else from memory.

${table(
  ['dollars', 'for one', 'price list'],
  ...Object.values(PRICES).map(({ dollars: price, each, source }) => [
    price < 0.001 ? `${+(price * MILLION).toFixed(4)} a million` : String(price),
    each,
    `<https://aws.amazon.com/${source === 'ec2' ? 'ec2/pricing/on-demand' : `${source}/pricing`}/>`,
  ]),
)}

## Assumptions

The template says how large the functions are, how many queues, secrets, alarms and metrics there are and how long everything is kept: ingest ${settings.ingestMegabytes} MB, fan-out ${settings.fanOutMegabytes} MB, events ${settings.retentionDays} days, logs ${settings.logRetentionDays} days. The rest is assumed, not measured (\`evidence/cost/assumptions.ts\`):

${Object.values(ASSUMPTIONS)
  .map(({ value, what }) => `- ${value} ${what}`)
  .join('\n')}

Not counted: rejected deliveries (each costs its request, its ingest and its log), redelivery, Logs Insights queries (USD 0.005 a GB looked through), looking into the event log (see above), the console's invocations, a custom domain, key requests, taxes.
`;

const perMillion = (settings: CostSettings): readonly (readonly string[])[] => {
  const none = costLines(settings, 0);
  const million = costLines(settings, MILLION);
  const rows = million.map(({ name, dollars: all }, index) => {
    const fixed = none[index]?.dollars ?? 0;
    return [name, amount(all - fixed), amount(fixed)];
  });
  return [
    ...rows,
    ['**all**', `**${dollars(total(million) - total(none))}**`, `**${dollars(total(none))}**`],
  ];
};

const byVolume = (settings: CostSettings): readonly (readonly string[])[] => {
  const bills = VOLUMES.map((volume) => costLines(settings, volume));
  const rows = costLines(settings, 0).map(({ name }, index) => [
    name,
    ...bills.map((bill) => amount(bill[index]?.dollars ?? 0)),
  ]);
  return [
    ...rows,
    ['**all**', ...bills.map((bill) => `**${dollars(total(bill))}**`)],
    [
      'all, for a million events',
      ...bills.map((bill, index) => dollars((total(bill) / (VOLUMES[index] ?? 1)) * MILLION)),
    ],
  ];
};

/** As the services publish it, for what is over the plan. */
const SVIX_PER_MILLION = 100;

const besideHosted = (settings: CostSettings): readonly (readonly string[])[] => [
  ['Gatepost, in your account', ...VOLUMES.map((volume) => dollars(total(costLines(settings, volume))))],
  ['Svix, over the plan', ...VOLUMES.map((volume) => dollars((volume / MILLION) * SVIX_PER_MILLION))],
  ['Hookdeck, the plans', ...VOLUMES.map(() => '39 to 499, and metered')],
];

/** What the indexes cost for a million events, in dollars. */
const ofIndexes = (settings: CostSettings): number =>
  total(costLines(settings, MILLION)) - total(costLines({ ...settings, indexes: 0 }, MILLION));

const metricsOfOneSource = (settings: CostSettings): number =>
  metrics({ ...settings, sources: 1 }) - metrics({ ...settings, sources: 0 });

const dollars = (value: number): string => value.toFixed(2);

/** A line that is there but costs less than a cent. */
const amount = (value: number): string => (value > 0 && value < 0.005 ? '< 0.01' : dollars(value));
