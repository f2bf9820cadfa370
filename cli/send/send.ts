import { PassThrough } from 'node:stream';
import { readOrder } from '../../senders/order.ts';
import { carryOut } from '../../senders/send.ts';
import { SendError } from '../../senders/send-error.ts';
import type { Sample, Sender, SignedRequest } from '../../senders/sender.ts';
import { signerFor } from '../../senders/signer.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { DeployedSource, Deployment } from '../deployment/deployment.ts';
import { sourceNamed } from '../deployment/find-deployment.ts';
import { readSecret } from '../secrets/secret-values.ts';
import { isSecretSet } from '../secrets/source-secret.ts';

export interface SendOptions {
  readonly count: string;
  readonly duplicate: boolean;
  readonly tamper: boolean;
}

/**
 * Plays a source's provider: sends deliveries to the deployment.
 *
 * @throws {CliError} where it can't send, or an answer does not have the expected status.
 */
export const sendTo = async (
  context: Context,
  name: string,
  event: string | undefined,
  options: SendOptions,
): Promise<void> => {
  const deployment = await context.deployment();
  const source = sourceNamed(deployment, name);
  const { statuses, right, ignored } = await deliver(context, deployment, source, event, options);
  if (context.json) context.show({ source: name, statuses, right, ignored }, () => '');
  if (right) return;
  throw new CliError(
    'failed',
    options.tamper
      ? 'The tampered delivery was not rejected with 401.'
      : 'Not every delivery was answered with 200.',
    'The log of the ingest function has the reason; docs/runbook.md explains each reason.',
  );
};

const deliver = async (
  context: Context,
  deployment: Deployment,
  source: DeployedSource,
  event: string | undefined,
  { count, duplicate, tamper }: SendOptions,
) => {
  try {
    const order = await readOrder([
      source.name,
      ...(event === undefined ? [] : [event]),
      ...['--provider', source.provider, '--url', gatewayOf(source), '--count', count],
      ...(duplicate ? ['--duplicate'] : []),
      ...(tamper ? ['--tamper'] : []),
    ]);
    if (order === undefined) throw new Error('readOrder returns undefined for --help only');
    const sign = await signer(context, deployment, source, order.sender);
    return await carryOut(order, sign, context.json ? new PassThrough().resume() : context.out);
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    if (error.exitCode === 2) throw new CliError('usage', error.message);
    throw deployment.kind === 'local'
      ? new CliError('failed', error.message)
      : new CliError('failed', `${gatewayOf(source)} does not answer.`, undefined, { cause: error });
  }
};

/** `https://example.com/hooks/avaza/{event}` -> `https://example.com` */
const gatewayOf = ({ url }: DeployedSource): string => url.slice(0, url.lastIndexOf('/hooks/'));

const signer = async (
  { stateDir }: Context,
  deployment: Deployment,
  source: DeployedSource,
  sender: Sender,
): Promise<(sample: Sample) => SignedRequest> => {
  if (deployment.kind === 'local') return await signerFor(sender, source.name, stateDir);
  if (sender.signsWith === 'pki' || source.secretArn === undefined) {
    throw new CliError(
      'usage',
      `A delivery of ${source.provider} can't be sent to ${deployment.name}: only SNS has the signing key.`,
      `Send it to the local stack (gatepost send ${source.name} --local), or change a record in iVvy, which then sends one.`,
    );
  }
  const secret = await readSecret(deployment, source.secretArn);
  if (secret === undefined || !isSecretSet(secret.value))
    throw new CliError(
      'notFound',
      `The secret of ${source.name} is not set.`,
      `gatepost secret ${source.name}`,
    );
  return (sample) => sender.sign(sample, secret.value);
};
