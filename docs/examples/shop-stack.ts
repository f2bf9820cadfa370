import { Duration, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { Gatepost } from '../../lib/gatepost.ts';

export class ShopStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const gatepost = new Gatepost(this, 'Gatepost', {
      prefix: 'shop',
      sources: { altoviz: { provider: 'altoviz' } },
      consumers: {
        // Six times the time-out of its function.
        billing: { events: ['altoviz.invoice.*'], visibilityTimeout: Duration.minutes(3) },
      },
    });

    const billing = gatepost.consumer('billing');
    const service = new NodejsFunction(this, 'Billing', {
      entry: `${import.meta.dirname}/billing.ts`,
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.seconds(30),
    });
    service.addEventSource(new SqsEventSource(billing.queue(), { reportBatchItemFailures: true }));
    // For events whose data is too large for a message.
    billing.grantConsume(service);
  }
}
