import { createServer, type Server } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Context } from '../../../cli/context.ts';
import type { DeployedSource, Deployment } from '../../../cli/deployment/deployment.ts';
import { revoke } from '../../../cli/secrets/revoke-previous.ts';
import { LOCAL_CLIENT } from '../../../local/aws/endpoints.ts';
import { listen, stopListening } from '../../../local/support/listen.ts';
import { readBody } from '../../../local/support/read-body.ts';
import { type LambdaApi, startLambdaApi } from '../support/lambda-api.ts';

const NOW = new Date('2026-11-22T06:00:00.000Z');
const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:gatepost/ivy-a1b2c3';
const DENIED = 'User: somebody is not authorized to perform: secretsmanager:UpdateSecretVersionStage';

let lambda: LambdaApi;
/** Secrets Manager that records each request, and refuses it where it is told to. */
let secretsManager: Server;
let url: string;
let asked: unknown[] = [];
let isDenied = false;
beforeEach(async () => {
  asked = [];
  isDenied = false;
  lambda = await startLambdaApi({ SOURCE: '{}' });
  secretsManager = createServer(async (request, response) => {
    asked.push(JSON.parse(String(await readBody(request))));
    response.statusCode = isDenied ? 400 : 200;
    response.end(JSON.stringify(isDenied ? { __type: 'AccessDeniedException', Message: DENIED } : {}));
  });
  url = `http://127.0.0.1:${await listen(secretsManager, 0)}`;
});
afterEach(async () => {
  await lambda.stop();
  await stopListening(secretsManager);
});

/** Revokes on AWS, where the current secret was stored that long ago, in seconds. */
const revokeAfter = async (seconds: number, interruption = new AbortController()) => {
  const err = new PassThrough();
  const context = {
    err,
    now: () => NOW,
    sleep: async () => interruption.signal.throwIfAborted(),
    interrupted: interruption.signal,
    note: (text: string) => err.write(text),
  } as unknown as Context;
  const deployment = {
    clients: { secretsManager: { ...LOCAL_CLIENT, endpoint: url }, lambda: lambda.config },
  } as Deployment;
  const source = {
    name: 'ivy',
    functionName: 'gatepost-ingest-ivy',
    secretArn: SECRET_ARN,
  } as DeployedSource;
  const version = (versionId: string) => ({
    value: versionId,
    stored: versionId,
    versionId,
    createdAt: new Date(NOW.getTime() - seconds * 1000),
  });
  const versions = { current: version('v2'), previous: version('v1') };
  return await revoke(context, deployment, source, versions).then(
    (revocation) => ({ ...revocation, err: String(err.read()) }),
    (error) => Promise.reject(Object.assign(error, { err: String(err.read() ?? '') })),
  );
};

test('on AWS the label is removed from the previous version, and the function starts anew', async () => {
  const { revoked, acceptedUntil, notes } = await revokeAfter(3600);
  expect(asked).toEqual([{ SecretId: SECRET_ARN, VersionStage: 'AWSPREVIOUS', RemoveFromVersionId: 'v1' }]);
  expect(lambda.variables).toEqual({ SOURCE: '{}', SECRET_REVOKED_AT: NOW.toISOString() });
  expect({ revoked, acceptedUntil }).toEqual({ revoked: true, acceptedUntil: undefined });
  expect(notes).toEqual([expect.stringMatching(/is revoked\. Deliveries signed with it get 401/)]);
});

test.each([
  [3600, '2026-11-22T06:00:30.000Z', 'a function reads a previous secret again after 30 seconds'],
  [60, '2026-11-22T06:04:00.000Z', 'a function may know it as the current one for five minutes'],
])(
  'where the function may not be updated, %d s after a rotation, it says until when it may be accepted: %s, as %s',
  async (seconds, until) => {
    lambda.refuse('AccessDeniedException');
    const { revoked, acceptedUntil, notes } = await revokeAfter(seconds);
    expect({ revoked, acceptedUntil }).toEqual({ revoked: true, acceptedUntil: until });
    expect(notes.join('\n')).toContain(`Until ${until} a warm function may still accept it.`);
    expect(notes.join('\n')).toMatch(/AWS denied access: .*lambda:Update/);
    expect(lambda.variables).toEqual({ SOURCE: '{}' });
  },
);

test('interrupted before the function has forgotten it, it says the same', async () => {
  const interruption = new AbortController();
  lambda.afterRead = () => interruption.abort();
  await expect(revokeAfter(3600, interruption)).rejects.toMatchObject({
    err: expect.stringContaining('Until 2026-11-22T06:00:30.000Z a warm function may still accept it.'),
  });
});

test('where the label may not be removed, nothing is changed and the permission is named', async () => {
  isDenied = true;
  await expect(revokeAfter(3600)).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(/ivy was not revoked\. AWS denied access: .*UpdateSecretVersionStage/),
    next: expect.stringContaining(`secretsmanager:UpdateSecretVersionStage is needed on ${SECRET_ARN}`),
  });
  expect(lambda.asked).toEqual([]);
});
