/** An optimisation that was tried. */
export interface Tried {
  readonly what: string;
  readonly effect: string;
  readonly kept: boolean;
}

/** What was tried, and its effect. Each was measured on its own. */
export const TRIED: readonly Tried[] = [
  {
    what: "Own writers of log lines and embedded metrics instead of Powertools' Logger and Metrics, and all lines of an invocation in one write",
    effect:
      "of a profiled ingest 270 µs became 50, and its bundle of 266 KB 233: Powertools' checks and stores serve what isn't used here, and each write is a system call",
    kept: true,
  },
  {
    what: 'A KeyObject instead of bytes as the key of an HMAC',
    effect:
      'a quarter of the time: 26 to 7 µs an HMAC, because Node 24 takes long to find that bytes are not a KeyObject',
    kept: true,
  },
  {
    what: 'The digest of an HMAC by way of hex text',
    effect:
      'a third less again: the text is read into the Buffer pool, where a digest of bytes allocates its own memory',
    kept: true,
  },
  {
    what: 'The last few texts parsed are remembered (64 K characters at most)',
    effect:
      'about 30 µs a delivery where a payload holds a number such as 4.0000; not worth the hidden state: the parsed body is now passed on in the verdict',
    kept: false,
  },
  {
    what: '`isUtf8` and `toString` instead of a `TextDecoder` that fails',
    effect: 'a few µs a delivery, more with its size',
    kept: true,
  },
  {
    what: 'The keys in a secret of Standard Webhooks are read once and remembered',
    effect: 'with the KeyObject, a check went from 45 to 16 µs',
    kept: true,
  },
  {
    what: 'valibot instead of zod for the settings',
    effect:
      "a start took 10 ms less of some 70: zod's module and the schemas that it builds took 12 ms, valibot's take 2",
    kept: true,
  },
  {
    what: "Leaving the SDK's event streams, which it imports on demand, out of the bundles",
    effect:
      'a start took a fifth less, and a bundle is 20 KB smaller: for that one import, esbuild wrapped 150 modules of the SDK into functions of their own and had to keep all of them',
    kept: true,
  },
  {
    what: "Our own SHA-256 for the SDK's signatures, which makes the day's signing key a KeyObject once",
    effect:
      '40 to 200 µs an AWS call, for the same reason as above; about ten cents a million events, not worth the code',
    kept: false,
  },
  {
    what: "Taking the SDK's logger out of its clients, and making their configuration an object with fast properties",
    effect:
      'a sixth of an ingest and a fifth of an event in fan-out: with each call the SDK prepared log entries for a logger that is not set, and copied a configuration that V8 kept as a hash table, at 12 to 27 µs a copy; about ten cents a million events, not worth the code',
    kept: false,
  },
  {
    what: "Naming the environment's keys as the clients' credentials, which are then read once",
    effect: 'some 25 µs a call',
    kept: true,
  },
  {
    what: 'Not holding the MD5 that SQS answers with against what was sent',
    effect: 'about 35 µs a call; but then it would go unnoticed that SQS stored another text',
    kept: false,
  },
  {
    what: "A KeyObject for the key of a source's HMAC as well, where its secret is text",
    effect: 'two to three of 17 µs an HMAC',
    kept: true,
  },
  {
    what: 'Marking the numbers that lose digits by a pattern before parsing, with a reviver to take the marks away',
    effect: 'a quarter less time for a body of a kilobyte; not worth the added complexity',
    kept: false,
  },
  {
    what: 'Making strings of the numbers that lose digits before parsing, and walking over what was parsed, with no reviver',
    effect:
      '4 % of a warm ingest, and half the time of the largest bodies: V8 takes one or two µs to call a reviver for each value; not worth the code',
    kept: false,
  },
  {
    what: 'The settings that were checked when the function started are not checked again with each delivery',
    effect: '15 to 35 µs a delivery',
    kept: true,
  },
  {
    what: 'In the local stack, handing a request that a role may make to the emulator itself, not to its port',
    effect:
      'of the processor time of a delivery 15.6 ms became 9.4: a request of HTTP costs half a millisecond at either end',
    kept: true,
  },
  {
    what: 'In the local stack, a thread of its own for DynamoDB, and a third poller',
    effect:
      'POST to the answer from 2.1 to 1.8 times the peer, to the queue from 2.35 to 1.95: a claim takes the emulator 0.9 ms, for which the gateway no longer waits; a third poller lets fan-out keep up',
    kept: true,
  },
  {
    what: 'Loading node:zlib in an ingest only when a body has to be compressed',
    effect: 'a start takes 1 to 2 ms less, since the SDK without its event streams no longer loads it either',
    kept: true,
  },
  {
    what: 'The same for node:net and node:https',
    effect: 'nothing: the SDK has loaded them before, and each takes 0.1 ms then',
    kept: false,
  },
  {
    what: 'Loading each provider in fan-out when its first delivery comes',
    effect:
      'not done: their schemas are a twentieth of its start, but reading a batch would have to wait for a module, and the first delivery would pay',
    kept: false,
  },
];
