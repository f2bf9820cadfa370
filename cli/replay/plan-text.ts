import type { ReplayPlan } from '../../lambdas/replay/plan.ts';
import { OBSTACLES, type Obstacle } from '../../lambdas/replay/prepare.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { writeTime } from '../events/time.ts';
import { counted } from '../output/counted.ts';
import { table } from '../output/table.ts';

export const planText = (
  { prefix }: Deployment,
  { events, byQueue, moved, replays, obstacles, examples, first, last }: ReplayPlan,
  rate: number,
): string => {
  const count = counted(events, 'event');
  const span =
    first === undefined || last === undefined
      ? ''
      : `, received from ${writeTime(first)} to ${writeTime(last)} UTC`;
  const lines = [
    `${count} to be sent again${span}; at ${rate} per second this takes ${duration(events / rate)}.`,
    '',
    table(
      ['QUEUE', 'EVENTS'],
      sorted(byQueue).map(([entity, number]) => [`${prefix}-${entity}.fifo`, String(number)]),
    ),
  ];
  for (const [move, number] of sorted(moved))
    lines.push(`${number} went to another queue the first time: ${move}`);
  if (replays > 0) lines.push(`${replays} are replays themselves: their originals are sent, each once.`);
  for (const [obstacle, number] of sorted(obstacles)) {
    const example = examples.find((candidate) => candidate.obstacle === obstacle);
    lines.push(
      `${number} can't be sent: ${OBSTACLES[obstacle as Obstacle]} (${example?.key ?? 'no example'})`,
    );
  }
  return lines.join('\n');
};

const sorted = (counts: Readonly<Record<string, number>>): readonly (readonly [string, number])[] =>
  Object.entries(counts).sort(([, one], [, other]) => other - one);

/** `40 s`, `33 min`, `2.8 h` */
const duration = (seconds: number): string => {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  if (seconds < 7_200) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
};
