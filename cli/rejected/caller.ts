import { LambdaClient } from '@aws-sdk/client-lambda';
import * as v from 'valibot';
import type { Deployment } from '../deployment/deployment.ts';

/** Not on AWS, or not known. */
const UNKNOWN = { local: 'the local stack', stack: 'unknown' } as const;

/**
 * Who uses the command: the ARN that STS knows the credentials by. It is for the log only, which says that the caller said
 * so; a caller who can't be found may go on.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export const callerOf = async ({ kind, clients }: Deployment): Promise<string> => {
  if (kind === 'local') return UNKNOWN.local;
  const client = new LambdaClient(clients.invoke);
  try {
    const region = await client.config.region();
    const endpoint = new URL(
      process.env.AWS_ENDPOINT_URL_STS ||
        process.env.AWS_ENDPOINT_URL ||
        `https://sts.${region}.amazonaws.com`,
    );
    const { signer } = client.config as unknown as { readonly signer: (scheme: object) => Promise<Signer> };
    const sts = await signer({ name: 'sigv4', signingName: 'sts', signingRegion: region });
    const { headers } = await sts.sign(
      {
        method: 'POST',
        protocol: endpoint.protocol,
        hostname: endpoint.hostname,
        path: '/',
        query: {},
        headers: { host: endpoint.host, ...FORM },
        body: BODY,
      },
      { signingService: 'sts', signingRegion: region },
    );
    const { host: _, ...sent } = headers;
    const response = await fetch(new URL('/', endpoint), {
      method: 'POST',
      headers: sent,
      body: BODY,
      signal: AbortSignal.timeout(5_000),
    });
    return v.parse(ANSWER, await response.json()).GetCallerIdentityResponse.GetCallerIdentityResult.Arn;
  } catch {
    return UNKNOWN.stack;
  } finally {
    client.destroy();
  }
};

const BODY = 'Action=GetCallerIdentity&Version=2011-06-15';
const FORM = {
  'content-type': 'application/x-www-form-urlencoded',
  // Otherwise the answer is XML.
  accept: 'application/json',
};

const ANSWER = v.object({
  GetCallerIdentityResponse: v.object({
    GetCallerIdentityResult: v.object({ Arn: v.pipe(v.string(), v.maxLength(300)) }),
  }),
});

/** Of the client, so that it signs with the credentials that all other calls have. */
interface Signer {
  sign(request: object, options: object): Promise<{ readonly headers: Readonly<Record<string, string>> }>;
}
