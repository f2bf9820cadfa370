import { Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import type { Construct } from 'constructs';
import { Gatepost } from '../../lib/gatepost.ts';

export class BusStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const gatepost = new Gatepost(this, 'Gatepost', {
      prefix: 'bus',
      sources: { altoviz: { provider: 'altoviz' } },
      consumers: { bus: { events: ['*'] } },
    });
    const queue = gatepost.consumer('bus').queue();

    const bus = new EventBus(this, 'Bus', { eventBusName: 'saas-events' });
    const role = new Role(this, 'PipeRole', {
      assumedBy: new ServicePrincipal('pipes.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    });
    queue.grantConsumeMessages(role);
    bus.grantPutEventsTo(role);
    const pipe = new CfnPipe(this, 'Pipe', {
      roleArn: role.roleArn,
      source: queue.queueArn,
      sourceParameters: { sqsQueueParameters: { batchSize: 10 } },
      target: bus.eventBusArn,
      targetParameters: {
        // Rules match `source`, `detail-type` and, in `detail`, the attributes and the data of the event.
        eventBridgeEventBusParameters: { source: 'gatepost', detailType: '$.body.type' },
        inputTemplate: '<$.body>',
      },
    });
    // The pipe checks at its creation whether it may read the queue.
    pipe.node.addDependency(role);
  }
}
