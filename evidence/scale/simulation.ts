import { exponential } from './random.ts';

/** A queue and those who empty it. */
export interface QueueModel {
  /** Messages a second; they come by chance, independent of each other. */
  readonly rate: number;
  /** How many messages come in all. */
  readonly messages: number;
  /** How many message groups they are spread over by chance. Messages of one group are never worked on at a time. */
  readonly groups: number;
  /** How many batches are worked on at a time, at most. */
  readonly servers: number;
  /** How many messages are in a batch, at most. A batch starts without waiting until it is full. */
  readonly batch: number;
  /**
   * How long a batch takes, in ms.
   *
   * @param sizes how many messages it has of each of its groups.
   */
  readonly serviceMs: (sizes: readonly number[], random: () => number) => number;
  readonly random: () => number;
}

/** What became of it. */
export interface QueueRun {
  /** How long each message waited for its batch to begin, in ms. */
  readonly waits: Float64Array;
  /** How many batches were worked on at a time: on average over the run, and at most. */
  readonly busy: { readonly mean: number; readonly peak: number };
  /** How many messages a batch had on average. */
  readonly meanBatch: number;
}

/**
 * Runs a queue in virtual time, from event to event: a message comes, or a batch is done.
 *
 * A batch takes what waits of the group that has been ready for longest, then of the next, as SQS does with FIFO queues.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export const simulate = (model: QueueModel): QueueRun => {
  const { rate, messages, groups, servers, batch, serviceMs, random } = model;
  const waits = new Float64Array(messages);
  const waiting = new Map<number, { readonly cameAt: number; readonly message: number }[]>();
  const ready = new Line<number>();
  const inFlight = new Set<number>();
  const running = new Heap();
  let [busyMs, peak, batches, taken] = [0, 0, 0, 0];

  const start = (now: number): void => {
    while (running.size < servers && ready.size > 0) {
      const members: number[] = [];
      const sizes: number[] = [];
      let room = batch;
      while (room > 0 && ready.size > 0) {
        const group = ready.take();
        const line = waiting.get(group) ?? [];
        const together = line.splice(0, room);
        for (const { cameAt, message } of together) waits[message] = now - cameAt;
        if (line.length === 0) waiting.delete(group);
        inFlight.add(group);
        members.push(group);
        sizes.push(together.length);
        room -= together.length;
      }
      const takes = serviceMs(sizes, random);
      busyMs += takes;
      batches += 1;
      taken += batch - room;
      running.add({ at: now + takes, members });
      peak = Math.max(peak, running.size);
    }
  };

  const come = (message: number, now: number): void => {
    const group = Math.floor(random() * groups);
    const line = waiting.get(group);
    if (line !== undefined) line.push({ cameAt: now, message });
    else {
      waiting.set(group, [{ cameAt: now, message }]);
      if (!inFlight.has(group)) ready.add(group);
    }
  };

  const finish = (members: readonly number[]): void => {
    for (const group of members) {
      inFlight.delete(group);
      if (waiting.has(group)) ready.add(group);
    }
  };

  let [next, comesAt, end] = [0, exponential(random, 1000 / rate), 0];
  while (next < messages || running.size > 0) {
    if (next < messages && comesAt <= running.nextAt) {
      come(next++, comesAt);
      start(comesAt);
      end = comesAt;
      comesAt += exponential(random, 1000 / rate);
    } else {
      const { at, members } = running.take();
      finish(members);
      start(at);
      end = at;
    }
  }
  return { waits, busy: { mean: busyMs / end, peak }, meanBatch: taken / batches };
};

/** A batch that is worked on. */
interface Running {
  /** When it will be done; ms since the beginning. */
  readonly at: number;
  /** The groups of its messages. */
  readonly members: readonly number[];
}

/** First in, first out, without moving what is behind. */
class Line<T> {
  #items: T[] = [];
  #from = 0;

  get size(): number {
    return this.#items.length - this.#from;
  }

  add(item: T): void {
    this.#items.push(item);
  }

  take(): T {
    const item = this.#items[this.#from++] as T;
    if (this.#from > 10_000) {
      this.#items = this.#items.slice(this.#from);
      this.#from = 0;
    }
    return item;
  }
}

/** What is done first comes first. A binary heap. */
class Heap {
  readonly #items: Running[] = [];

  get size(): number {
    return this.#items.length;
  }

  get nextAt(): number {
    return this.#items[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  add(item: Running): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#at(parent) <= item.at) break;
      items[at] = items[parent] as Running;
      at = parent;
    }
    items[at] = item;
  }

  take(): Running {
    const items = this.#items;
    const first = items[0] as Running;
    const last = items.pop() as Running;
    if (items.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.#at(child + 1) < this.#at(child)) child += 1;
      if (this.#at(child) >= last.at) break;
      items[at] = items[child] as Running;
      at = child;
    }
    items[at] = last;
    return first;
  }

  #at(index: number): number {
    return (this.#items[index] as Running).at;
  }
}
