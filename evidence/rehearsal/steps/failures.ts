import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeAlarmsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { alarmsOf } from '../alarms.ts';
import { eventOf, newestOf } from '../events.ts';
import { waiting } from '../queues.ts';
import {
  deliverAndExpect,
  gatepostJson,
  outputsOf,
  type Step,
  sign,
  succeed,
  until,
  type Walk,
} from '../walk.ts';

/** What goes wrong in AWS, and how it is put right. */
export const failures: Step = {
  title: 'Fan-out fails, dead-letter queues fill, alarms ring; redrive',
  run: async (walk) => {
    await fanOutFails(walk);
    await consumerFails(walk);
  },
};

/** Fan-out can't reach the event log until its configuration is corrected. */
const fanOutFails = async (walk: Walk): Promise<void> => {
  const outputs = await outputsOf(walk);
  const intake = outputs.IntakeQueueUrl ?? '';
  const deadLetters = outputs.IntakeDeadLetterQueueUrl ?? '';
  const restoreQueue = await hurry(walk, intake);
  const restoreFunction = await loseTable(walk, outputs.FanOutFunction ?? '');
  try {
    const id = await deliverAndExpect(walk, 200, 'augustus', await sign(walk, 'augustus'));
    await until('The delivery in the dead-letter queue', async () =>
      (await hasDelivery(walk, deadLetters, id)) ? true : undefined,
    );
    assert.equal(await eventOf(walk, id), undefined);
    await ring(walk);

    await restoreFunction();
    const listed = await walk.customer.run('npx gatepost redrive');
    assert.equal(listed.exitCode, 5);
    assert.match(listed.out, /intake-dlq\.fifo +[1-9]/);
    await succeed(walk, 'npx gatepost redrive intake --yes');
    await until('The redriven delivery in the event log', () => eventOf(walk, id));
  } finally {
    await restoreFunction();
    await restoreQueue();
  }
};

/** Whether a delivery is in a queue, which may have others, too. */
const hasDelivery = async ({ clients }: Walk, QueueUrl: string, id: string): Promise<boolean> => {
  const { Messages = [] } = await clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
  );
  return Messages.some(({ Body = '' }) => Body.includes(id));
};

/** Every alarm on one metric. MiniStack's SQS and the functions' log lines report no metrics. */
const ring = async (walk: Walk): Promise<void> => {
  const all = await alarmsOf<MetricAlarm>(walk, 'AWS::CloudWatch::Alarm');
  // MiniStack can't evaluate metric math.
  const alarms = all.filter(({ MetricName }) => MetricName !== undefined);
  assert(alarms.length > 10);
  const names = alarms.map(({ AlarmName }) => AlarmName);
  for (const name of names) assert.notEqual(await stateOf(walk, name), 'ALARM', `${name} rings already`);
  for (const alarm of alarms) await breach(walk, alarm);
  for (const name of names)
    await until(`${name} in ALARM`, async () => ((await stateOf(walk, name)) === 'ALARM' ? true : undefined));
};

/** A consumer fails on one message, until it is in the entity's dead-letter queue. */
const consumerFails = async (walk: Walk): Promise<void> => {
  const { ProductQueueUrl: QueueUrl = '' } = await outputsOf(walk);
  await deliverAndExpect(walk, 200, 'altoviz', await sign(walk, 'altoviz', 'ProductCreated'));
  const { sqs } = walk.clients;
  await until('The message in the dead-letter queue', async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    for (const { ReceiptHandle } of Messages)
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    return (await waiting(walk, QueueUrl.replace('-product.fifo', '-entities-dlq.fifo'))) === 1
      ? true
      : undefined;
  });
  const { key } = await newestOf(walk, 'product');
  const { out } = await succeed(walk, `npx gatepost event ${key}`);
  assert.match(out, /^State +failed: .*it is in the dead letters of product$/m);
  const moved = await gatepostJson<object>(walk, 'redrive entities --yes');
  assert.match(JSON.stringify(moved), /"gatepost-product\.fifo":1/);
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  assert.equal(Messages.length, 1, 'the redriven message did not come');
};

/** Lets a queue give up after two tries of a second, not after twelve hours. @returns what puts it back. */
const hurry = async ({ clients }: Walk, QueueUrl: string): Promise<() => Promise<void>> => {
  const { Attributes = {} } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout', 'RedrivePolicy'] }),
  );
  const RedrivePolicy = JSON.stringify({
    ...JSON.parse(Attributes.RedrivePolicy ?? '{}'),
    maxReceiveCount: 2,
  });
  const set = async (attributes: Record<string, string>): Promise<void> => {
    await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributes }));
  };
  await set({ VisibilityTimeout: '1', RedrivePolicy });
  return () => set(Attributes);
};

/** Lets a function look for a table that is not there. @returns what puts it back. */
const loseTable = async ({ clients }: Walk, FunctionName: string): Promise<() => Promise<void>> => {
  const { Environment } = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const set = async (variables: Record<string, string>): Promise<void> => {
    await clients.lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: variables } }),
    );
    // In AWS an update takes some seconds as well.
    await sleep(1_000);
  };
  const variables = Environment?.Variables ?? {};
  await set({ ...variables, EVENT_LOG_TABLE: 'not-there' });
  return () => set(variables);
};

interface MetricAlarm {
  readonly AlarmName: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: { readonly Name: string; readonly Value: string }[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly Period: number;
  readonly EvaluationPeriods: number;
}

/** Reports a value that an alarm rings at, in each of its periods. */
const breach = async ({ clients }: Walk, alarm: MetricAlarm): Promise<void> => {
  const { Namespace, MetricName, Dimensions = [], Threshold, ComparisonOperator } = alarm;
  const Value = ComparisonOperator.startsWith('Greater') ? Threshold + 1 : Threshold - 1;
  const MetricData = Array.from({ length: alarm.EvaluationPeriods }, (_, ago) => ({
    MetricName,
    Dimensions,
    Value,
    Timestamp: new Date(Date.now() - ago * alarm.Period * 1000),
  }));
  await clients.cloudWatch.send(new PutMetricDataCommand({ Namespace, MetricData }));
};

const stateOf = async ({ clients }: Walk, name: string): Promise<string | undefined> => {
  const { MetricAlarms = [] } = await clients.cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [name] }),
  );
  return MetricAlarms[0]?.StateValue;
};
