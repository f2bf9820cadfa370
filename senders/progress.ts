import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import type { Order } from './order.ts';
import type { Answered } from './post.ts';

/** The output; with colours and a progress bar on a terminal only. */
export type Output = Writable & { readonly isTTY?: boolean };

export interface Progress {
  answered(answer: Answered): void;
  end(ms: number): void;
}

/** Up to this number of deliveries, each is shown on its own line. */
const SHOWN = 20;

/** Shows a line for each delivery or, for many, a progress bar; and a summary at the end. */
export const showProgress = (out: Output, order: Order): Progress => {
  const total = order.count * (order.duplicate ? 2 : 1);
  const statuses = new Map<number, number>();
  // Shows nothing unless the output is a terminal.
  const bar = new SingleBar(
    { format: '{bar} {value}/{total}  {eta_formatted} left', stream: out, clearOnComplete: true },
    Presets.shades_classic,
  );
  if (total > SHOWN) bar.start(total, 0);
  return {
    answered: (answer) => {
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      bar.increment();
      if (total <= SHOWN) out.write(`${line(out, order, answer)}\n`);
    },
    end: (ms) => {
      bar.stop();
      if (total > 1) out.write(`${sum(out, order, statuses, total)} in ${(ms / 1000).toFixed(1)} s\n`);
    },
  };
};

/** Whether a status is the expected one. A tampered delivery must be rejected because of its signature. */
export const isRight = (status: number, { tamper }: Pick<Order, 'tamper'>): boolean =>
  status === (tamper ? 401 : 200);

const line = (out: Output, order: Order, { status, text }: Answered): string => {
  const time = new Date().toISOString().slice(11, 23);
  return [time, order.source, order.event, colour(out, status, order), text].join('  ').trimEnd();
};

const sum = (out: Output, order: Order, statuses: ReadonlyMap<number, number>, total: number): string => {
  const counted = [...statuses].sort(([a], [b]) => a - b);
  const answered = counted.reduce((all, [, count]) => all + count, 0);
  const parts = counted.map(([status, count]) => `${count} x ${colour(out, status, order)}`);
  return [`${answered} of ${total} answered`, ...parts].join(', ');
};

const colour = (out: Output, status: number, order: Order): string =>
  styleText(isRight(status, order) ? 'green' : 'red', String(status), { stream: out });
