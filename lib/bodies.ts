import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { BODIES, DATA, dataKeysOf } from '../lambdas/bodies/keys.ts';
import { QUEUE_RETENTION_SECONDS } from '../lambdas/core/delivery.ts';

export interface BodiesProps {
  readonly prefix: string;
  /** How long the event log keeps an event. */
  readonly retentionSeconds: number;
}

/**
 * The bucket for what is too large for a message or for an item of the event log: bodies of deliveries, and the data of
 * events. Encrypted, not public, with TLS only, and retained when the stack is deleted, because the event log refers to it.
 */
export class Bodies extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { prefix, retentionSeconds }: BodiesProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    this.bucket = new Bucket(this, 'Bucket', {
      // The names of buckets are unique in the world.
      bucketName: `${prefix}-bodies-${account}-${region}`,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      lifecycleRules: [BODIES, DATA].map((folder) => ({
        id: folder.slice(0, -1),
        prefix: folder,
        // What is claimed or sent at the end of a queue's retention refers to an object that is as old.
        expiration: Duration.days(Math.ceil((retentionSeconds + QUEUE_RETENTION_SECONDS) / SECONDS_A_DAY)),
      })),
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only the functions and the consumers that are granted it read objects; their calls can be logged by a trail of CloudTrail, without a second bucket of logs that has to be kept as safe as this one',
    });
  }

  /** Allows a consumer to read the data of an entity's events. */
  grantRead(entity: string, grantee: IGrantable): Grant {
    return Grant.addToPrincipalOrResource({
      grantee,
      actions: ['s3:GetObject'],
      resourceArns: [this.bucket.arnForObjects(dataKeysOf(entity))],
      resource: this.bucket,
    });
  }
}

const SECONDS_A_DAY = 24 * 60 * 60;
