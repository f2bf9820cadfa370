import { Duration, SecretValue, Stack } from 'aws-cdk-lib';
import { ApiDestination, Authorization, Connection } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import type { Construct } from 'constructs';
import { Gatepost } from '../../lib/gatepost.ts';

export class PushStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const gatepost = new Gatepost(this, 'Gatepost', {
      prefix: 'push',
      sources: { altoviz: { provider: 'altoviz' } },
      consumers: {
        // A pipe that fails tries again after the visibility time-out: 20 times 3 minutes are an hour.
        erp: { events: ['invoice.*'], visibilityTimeout: Duration.minutes(3), maxReceiveCount: 20 },
      },
    });
    const queue = gatepost.consumer('erp').queue();

    const destination = new ApiDestination(this, 'Erp', {
      endpoint: 'https://erp.example.com/events',
      connection: new Connection(this, 'Connection', {
        authorization: Authorization.apiKey('x-api-key', SecretValue.secretsManager('erp-api-key')),
      }),
      rateLimitPerSecond: 10,
    });
    const role = new Role(this, 'PipeRole', {
      assumedBy: new ServicePrincipal('pipes.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    });
    queue.grantConsumeMessages(role);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['events:InvokeApiDestination'],
        resources: [destination.apiDestinationArn],
      }),
    );
    const pipe = new CfnPipe(this, 'Pipe', {
      roleArn: role.roleArn,
      source: queue.queueArn,
      sourceParameters: { sqsQueueParameters: { batchSize: 1 } },
      target: destination.apiDestinationArn,
      // The event alone, without what SQS says of its message.
      targetParameters: { inputTemplate: '<$.body>' },
    });
    // The pipe checks at its creation whether it may read the queue.
    pipe.node.addDependency(role);
  }
}
