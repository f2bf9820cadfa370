import assert from 'node:assert/strict';
import { MAX_BODY_BYTES } from '../../../lambdas/core/request.ts';
import { ivvy } from '../../../senders/ivvy.ts';
import { ivy } from '../../../senders/ivy.ts';
import { readSample } from '../../../senders/samples.ts';
import { type SignedRequest, tamper } from '../../../senders/sender.ts';
import { eventOf, eventsOf } from '../events.ts';
import { follow } from '../follow.ts';
import { deliver, deliverAndExpect, outputsOf, type Step, sign, until, type Walk } from '../walk.ts';

const SOURCES = ['ivvy', 'ivy', 'augustus', 'altoviz'];

/** What providers send, and what others try. */
export const deliveries: Step = {
  title: 'Deliver: every provider, handshakes, repeats, forgeries, an unknown event, the largest body',
  run: async (walk) => {
    await deliverAndExpect(walk, 200, 'ivvy', await sign(walk, 'ivvy', 'subscribe'));
    assert.equal(walk.internet.confirmations.length, 1, 'the subscription was not confirmed at SNS');

    for (const source of SOURCES) await deliverTwice(walk, source);

    const unknown = ivvy.sign({ event: 'NeverHeardOf' }, walk.pki);
    const unknownId = await deliverAndExpect(walk, 200, 'ivvy', unknown);
    await until('An unknown event in unrecognized.fifo', async () =>
      (await eventsOf(walk)).find(
        ({ deliveryId, entity }) => deliveryId === unknownId && entity === 'unrecognized',
      ),
    );
    const sample = await readSample(ivvy, 'CompanyAdded');
    await deliverAndExpect(walk, 403, 'ivvy', ivvy.sign(sample, walk.pki, { accountId: '15' }));

    const largestId = await deliverAndExpect(walk, 200, 'ivy', large(walk, MAX_BODY_BYTES));
    await until('The largest body in the event log', () => eventOf(walk, largestId));
    await deliverAndExpect(walk, 413, 'ivy', large(walk, MAX_BODY_BYTES + 1));

    // Its function was asked before there was a secret. It asks Secrets Manager twice a minute at most.
    await until(
      'The secret of avaza in use',
      async () => (await deliver(walk, 'avaza', await sign(walk, 'avaza'))).status === 200 || undefined,
      35,
    );
    await deliverTwice(walk, 'avaza');
    await check(walk);
  },
};

/** The section "Check" of docs/deploy.md, but for the logs. */
const check = async (walk: Walk): Promise<void> => {
  const { AltovizHookUrl, ContactQueueUrl } = await outputsOf(walk);
  const environment = { ALTOVIZ_HOOK_URL: AltovizHookUrl, CONTACT_QUEUE_URL: ContactQueueUrl };
  const curl = await follow(walk, 'checkAnswer', { environment });
  assert.equal(curl.out.trim(), '401');
  await follow(walk, 'playProvider');
  const received = await follow(walk, 'checkQueue', { environment });
  assert.match(received.out, /altoviz\.contact\.created/);
};

/** A delivery, its repeat, and a forgery of another. */
const deliverTwice = async (walk: Walk, source: string): Promise<void> => {
  const request = await sign(walk, source);
  const id = await deliverAndExpect(walk, 200, source, request);
  await deliverAndExpect(walk, 200, source, request);
  await deliverAndExpect(walk, 401, source, tamper(await sign(walk, source)));
  await until(`An event of ${source} with one repeat`, async () =>
    (await eventOf(walk, id))?.duplicates === 1 ? true : undefined,
  );
};

/** A delivery of Ivy whose body has so many bytes. */
const large = ({ secrets }: Walk, bytes: number): SignedRequest => {
  const secret = secrets.get('ivy') ?? '';
  const signed = (length: number): SignedRequest =>
    ivy.sign({ event: 'order_created', payload: JSON.stringify({ note: 'x'.repeat(length) }) }, secret);
  return signed(bytes - signed(0).body.length);
};
