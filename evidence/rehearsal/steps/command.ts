import assert from 'node:assert/strict';
import { startProviderApi } from '../../../test/cli/support/provider-api.ts';
import { KEY, simulatedAltoviz } from '../../../test/cli/support/simulated-providers.ts';
import type { RunOptions } from '../customer/customer.ts';
import { eventsOf, newestOf } from '../events.ts';
import { ROOT } from '../ministack/ministack.ts';
import { gatepostJson, type Step, succeed, until, type Walk } from '../walk.ts';

/** Nothing listens on this port. */
const NOTHING_THERE = 'http://127.0.0.1:1';

const NO_KEYS = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

/** Every command of `gatepost` against a stack in AWS. The steps of the failures have `redrive`. */
export const command: Step = {
  title: 'Every command of gatepost, with its exit codes',
  run: async (walk) => {
    await showAndReplay(walk);
    await subscribe(walk);
    await send(walk);
    await exitCodes(walk);
    await settingsOfTheShell(walk);
  },
};

const showAndReplay = async (walk: Walk): Promise<void> => {
  const event = await newestOf(walk, 'customer');
  // The functions' lines reach the logs a moment later.
  const out = await until('The path of an event in the logs', async () => {
    const shown = await succeed(walk, `npx gatepost event ${event.key}`);
    const path = /^[\d-]+ [\d:.]+ +accepted .*\n[\d-]+ [\d:.]+ +routed /m;
    return path.test(shown.out) ? shown.out : undefined;
  });
  assert.match(out, /^State +routed to gatepost-customer\.fifo$/m);
  assert.match(out, /"email"/, 'the payload is not shown');

  const planned = await walk.customer.run(`npx gatepost replay ${event.key}`);
  assert.equal(planned.exitCode, 5, 'a replay without --yes is pending');
  await succeed(walk, `npx gatepost replay ${event.key} --yes`);
  await until('The replayed event in its queue', async () =>
    (await eventsOf(walk)).find(({ replayOf }) => replayOf === event.key),
  );

  const listed = await succeed(walk, 'npx gatepost events --entity customer --since 1h');
  assert.match(listed.out, new RegExp(`^[\\d-]+ [\\d:]+ +altoviz +${event.type} .* ${event.key}$`, 'm'));
  assert.equal(listed.err, '');

  // It follows until it is interrupted, as Ctrl-C does.
  const tail = await walk.customer.run(
    'timeout --preserve-status --signal=INT 2 node bin/cli.ts tail customer --lines 3',
  );
  assert.equal(tail.exitCode, 130);
  assert.equal(tail.out.trimEnd().split('\n').length, 3, `tail printed:\n${tail.out}${tail.err}`);
};

/** At an API of Altoviz that this machine plays. */
const subscribe = async (walk: Walk): Promise<void> => {
  const altoviz = simulatedAltoviz(0);
  const api = await startProviderApi(altoviz.reply);
  const options: RunOptions = {
    environment: { GATEPOST_ALTOVIZ_API_KEY: KEY, GATEPOST_ALTOVIZ_API_URL: api.url },
  };
  try {
    await succeed(walk, 'npx gatepost subscribe altoviz --yes', options);
    assert.equal(altoviz.webhooks()[0]?.secretKey, walk.secrets.get('altoviz'));
    const { out } = await succeed(walk, 'npx gatepost subscriptions altoviz', options);
    assert.match(out, /\/hooks\/altoviz/);
    const refused = {
      ...options,
      environment: { ...options.environment, GATEPOST_ALTOVIZ_API_KEY: 'wrong' },
    };
    assert.equal((await walk.customer.run('npx gatepost subscriptions altoviz', refused)).exitCode, 6);
    const sources = await succeed(walk, 'npx gatepost sources', options);
    assert.match(sources.out, /^altoviz +altoviz +set +15 events/m);
    await succeed(walk, 'npx gatepost unsubscribe altoviz --yes', options);
    assert.deepEqual(altoviz.webhooks(), []);
  } finally {
    await api.stop();
  }
};

const send = async (walk: Walk): Promise<void> => {
  await succeed(walk, 'npx gatepost send altoviz ContactCreated --count 3');
  await succeed(walk, 'npx gatepost send altoviz --tamper');
  const sent = await gatepostJson<{ readonly statuses: object }>(walk, 'send avaza --duplicate');
  assert.deepEqual(sent.statuses, { 200: 2 });
  await until('Three contacts in their queue', async () =>
    (await eventsOf(walk, '--entity contact --since 1h')).length >= 3 ? true : undefined,
  );
};

/** What docs/cli.md says of exit codes and errors. */
const exitCodes = async (walk: Walk): Promise<void> => {
  const expected: readonly (readonly [number, string, RunOptions?])[] = [
    [0, 'redrive'],
    [2, 'replay'],
    [3, 'sources --stack NoSuchStack'],
    [3, 'sources', { environment: NO_KEYS }],
    [4, 'event altoviz:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    [4, 'secret nope --show'],
    [2, 'send ivvy'],
    [1, 'sources', { environment: { AWS_ENDPOINT_URL: NOTHING_THERE } }],
  ];
  for (const [exitCode, line, options] of expected) {
    const done = await walk.customer.run(`npx gatepost --json ${line}`, options);
    assert.equal(done.exitCode, exitCode, `gatepost ${line} ended with ${done.exitCode}:\n${done.err}`);
    if (exitCode !== 0) assert.equal(JSON.parse(done.err).error.exitCode, exitCode);
  }
};

/** Profiles, regions and endpoints as the AWS CLI knows them; and nothing is printed that is not the command's own. */
const settingsOfTheShell = async (walk: Walk): Promise<void> => {
  const { endpoint, region } = walk.target;
  const none = { AWS_ENDPOINT_URL: undefined, AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined };
  const files = { AWS_CONFIG_FILE: 'aws-config', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const input = `[profile rehearsal]
region = ${region}
endpoint_url = ${endpoint}
aws_access_key_id = ${ROOT.accessKeyId}
aws_secret_access_key = ${ROOT.secretAccessKey}
[profile another]
aws_access_key_id = another
aws_secret_access_key = another
`;
  await succeed(walk, 'cat > aws-config', { input });
  const shells: readonly (readonly [string, RunOptions['environment']])[] = [
    // The queues' URLs name another host.
    ['redrive', { AWS_ENDPOINT_URL: endpoint.replace('localhost', '127.0.0.1') }],
    ['redrive', { ...none, ...files, ...NO_KEYS, AWS_PROFILE: 'rehearsal' }],
    ['redrive', { ...none, ...files, ...NO_KEYS, AWS_DEFAULT_PROFILE: 'rehearsal' }],
    ['redrive --profile rehearsal', { ...none, ...files, ...NO_KEYS }],
    // The flag comes before keys, and keys before the variable.
    ['redrive --profile rehearsal', { ...none, ...files, AWS_ACCESS_KEY_ID: 'another' }],
    ['redrive', { ...files, AWS_PROFILE: 'another' }],
    // An empty variable is none.
    ['redrive', { ...none, ...files, ...NO_KEYS, AWS_REGION: '', AWS_PROFILE: 'rehearsal' }],
  ];
  for (const [line, environment] of shells) {
    const { out, err } = await succeed(walk, `npx gatepost ${line}`, { environment });
    assert.equal(out + err, 'All dead-letter queues are empty.\n', JSON.stringify(environment));
  }
};
