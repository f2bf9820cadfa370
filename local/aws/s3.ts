import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { buildApp } from 'fauxqs';
import type { Resource } from '../assembly/stack.ts';
import { startCheck } from '../iam/check.ts';
import { explainTakenPort, LOOPBACK } from '../support/listen.ts';
import { ownRequestsOnly } from '../support/own-requests.ts';
import type { Emulator } from './emulator.ts';
import { LOCAL_CLIENT, REGION } from './endpoints.ts';

export interface LocalS3 extends Emulator {
  /** Creates a bucket. Its objects are kept until the local stack ends. */
  createBucket(bucket: Resource): Promise<void>;
}

/**
 * Starts S3 without buckets. fauxqs could serve it together with SQS; a port of its own keeps their permission checks apart.
 *
 * @param port 0 selects a free port.
 * @throws {PortTakenError}
 */
export const startS3 = async (port: number): Promise<LocalS3> => {
  const app = buildApp({ logger: false, defaultRegion: REGION });
  ownRequestsOnly(app.server);
  const url = await explainTakenPort(port, app.listen({ host: LOOPBACK, port }));
  const client = new S3Client({ ...LOCAL_CLIENT, endpoint: url });
  return {
    url,
    check: (policies, refused) => startCheck('s3', app.server, policies, refused),
    createBucket: async ({ ref }) => {
      await client.send(new CreateBucketCommand({ Bucket: ref }));
    },
    stop: async () => {
      client.destroy();
      await app.close();
    },
  };
};
