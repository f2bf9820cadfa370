import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable, type IPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { BODIES, DATA, dataKeysOf, REJECTED_BODIES } from '../lambdas/bodies/keys.ts';
import { QUEUE_RETENTION_SECONDS } from '../lambdas/core/delivery.ts';
import { MAX_KEEP } from '../lambdas/providers/shared/common-settings.ts';

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
    // What is claimed or sent at the end of a queue's retention refers to an object that is as old.
    const afterQueue = retentionSeconds + QUEUE_RETENTION_SECONDS;
    const { account, region } = Stack.of(this);
    this.bucket = new Bucket(this, 'Bucket', {
      // The names of buckets are unique in the world.
      bucketName: `${prefix}-bodies-${account}-${region}`,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      lifecycleRules: [
        expires(BODIES, afterQueue),
        expires(DATA, afterQueue),
        // A setting that is shortened later must not delete what a record of before refers to.
        expires(REJECTED_BODIES, MAX_KEEP + SECONDS_A_DAY),
      ],
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

  /** Allows principals, of other accounts too, to read the data of the events of these entities. */
  allowRead(sid: string, entities: readonly string[], principals: readonly IPrincipal[]): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid,
        principals: [...principals],
        actions: ['s3:GetObject'],
        resources: entities.map((entity) => this.bucket.arnForObjects(dataKeysOf(entity))),
      }),
    );
  }
}

const SECONDS_A_DAY = 24 * 60 * 60;

/** Deletes the objects of a folder after so many seconds. */
const expires = (folder: string, seconds: number): LifecycleRule => ({
  id: folder.slice(0, -1),
  prefix: folder,
  expiration: Duration.days(Math.ceil(seconds / SECONDS_A_DAY)),
});
