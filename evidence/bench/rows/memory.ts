import { randomUUID } from 'node:crypto';
import { MAX_BODY_BYTES } from '../../../lambdas/core/request.ts';
import { signAltoviz } from '../../../senders/altoviz.ts';
import type { BenchContext } from '../bench-context.ts';
import { toApiEvent } from '../deliveries.ts';
import { ingestEnvironment } from '../environments.ts';
import type { Measurement } from '../measurement.ts';
import { startContender } from '../process/contender.ts';
import { SECRET } from '../sources.ts';
import { median } from '../statistics.ts';

/** What a function of so much memory gives to Node's heap: nine tenths; the rest is for what lies outside of it. */
const heapOf = (megabytes: number): number => Math.floor(0.9 * megabytes);
const MEGABYTE = 1024 * 1024;
/** As `lib/ingest.ts` sets it. */
const INGEST_MEGABYTES = 512;

/** The most memory that ingest ever holds, for bodies of the largest size, eight in a row; the middle of several processes. */
export const memory = async (bench: BenchContext): Promise<readonly Measurement[]> => {
  const peaks: number[] = [];
  for (let process = 0; process < (bench.quick ? 1 : 5); process++) peaks.push(await peakOf(bench));
  return [
    {
      id: 'memory/ingest',
      what: 'most memory of ingest: bodies of 3 MB, eight in a row',
      ours: median(peaks),
      unit: 'MB',
      figure: median(peaks),
      target: { is: 'at most', value: 0.6 * INGEST_MEGABYTES },
      reason:
        'how much of what is no longer needed lies about depends on when the collector, which has threads of its own, gets to run',
    },
  ];
};

/** In a fresh process, in MB. */
const peakOf = async ({ bundles, stub }: BenchContext): Promise<number> => {
  const ingest = await startContender({
    bundle: await bundles.of('lambdas/ingest/functions/altoviz.ts'),
    environment: ingestEnvironment('altoviz', stub.url),
    nodeOptions: [`--max-old-space-size=${heapOf(INGEST_MEGABYTES)}`],
    events: Array.from({ length: 8 }, largest),
    answers: { statusCode: 200 },
  });
  try {
    return (await ingest.run(8)).peakBytes / MEGABYTE;
  } finally {
    await ingest.stop();
  }
};

/**
 * A body of exactly the largest size that is taken, made of many small values, with characters that take two
 * bytes in memory: a long string in Latin would be the easier case.
 */
const largest = () => {
  const head = `{"id":"${randomUUID()}","type":"CustomerCreated","data":{"id":1,"lines":[`;
  const line = '{"name":"Auchan hypermarché 🛒","price":12.5,"text":"1 Rue Abel Rabaud\\n75011 Paris"},';
  const tail = ']}}';
  const room = MAX_BODY_BYTES - Buffer.byteLength(head) - Buffer.byteLength(tail);
  const lines = line.repeat(Math.floor(room / Buffer.byteLength(line))).slice(0, -1);
  const filling = ' '.repeat(room - Buffer.byteLength(lines));
  const body = Buffer.from(head + lines + filling + tail);
  const signature = signAltoviz(body, SECRET);
  return toApiEvent(
    { id: '', path: '', headers: { 'content-type': 'text/plain', 'x-signature': signature }, body },
    'altoviz',
  );
};
