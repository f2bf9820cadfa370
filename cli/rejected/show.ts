import { Rejection } from '../../lambdas/core/rejection.ts';
import { storedBody, type WebhookRequest } from '../../lambdas/core/request.ts';
import { findRejected } from '../../lambdas/event-log/find-rejected.ts';
import { requestOf, type StoredRejection } from '../../lambdas/event-log/stored-rejection.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { eventLogOf, objectsOf } from '../events/event-tools.ts';
import { printable, printableLines } from '../events/printable.ts';
import { writeTime } from '../events/time.ts';
import { table } from '../output/table.ts';
import { checkId } from './ids.ts';

/**
 * Shows one rejected delivery.
 *
 * @throws {CliError} where there is none with that id.
 */
export const showRejected = async (
  context: Context,
  id: string,
  { payload }: { readonly payload: boolean },
): Promise<void> => {
  checkId(id);
  const deployment = await context.deployment();
  const rejected = await findRejected(eventLogOf(deployment), id, context.now().getTime());
  if (rejected === undefined) throw noSuch(deployment.name, id);
  const request = await requestOf(rejected, objectsOf(deployment));
  const { bodyGzip: _, bodyRef: __, expiresAt, ...facts } = rejected;
  const body = payload ? bodyOf(request) : undefined;
  context.show({ ...facts, expiresAt, ...body }, () =>
    [
      factTable(rejected, request),
      '\nHeaders',
      table(
        [],
        Object.entries(rejected.headers).map(([name, value = '']) => [
          printableLines(name),
          rejected.hashed.includes(`header:${name}`) ? '(a hash is kept)' : printableLines(value),
        ]),
      ),
      ...(body === undefined ? [] : [`\nBody\n${printableLines(body.body)}`]),
    ].join('\n'),
  );
};

export const noSuch = (deployment: string, id: string): CliError =>
  new CliError(
    'notFound',
    `${deployment.charAt(0).toUpperCase()}${deployment.slice(1)} keeps no rejected delivery with the id "${id}": it has expired, was never kept, or is not written yet: try again in a few seconds.`,
    'gatepost rejected lists them.',
  );

const bodyOf = (request: WebhookRequest): { readonly body: string; readonly bodyEncoding?: 'base64' } => {
  try {
    return storedBody(request);
  } catch (error) {
    // It is too large when decompressed.
    if (error instanceof Rejection) return { body: request.body.toString('base64'), bodyEncoding: 'base64' };
    throw error;
  }
};

const factTable = (rejected: StoredRejection, { body }: WebhookRequest): string => {
  const { id, source, provider, receivedAt, reason, detail, isSigned, method, url, sourceIp, retried } =
    rejected;
  return table(
    [],
    [
      ['Id', id],
      ['Source', `${source} (${provider})`],
      ['Received', `${writeTime(receivedAt)} UTC`],
      ['Refused', detail === reason ? reason : `${reason}: ${detail}`],
      ['Signature', isSigned ? 'holds' : 'is not known to hold'],
      ['Request', `${method} ${printableLines(url)}`],
      ['From', printable(sourceIp)],
      ['Size', `${body.length} bytes`],
      ...(retried === undefined
        ? []
        : [
            ['Last try', `${writeTime(retried.at)} UTC: ${retried.outcome}${because(retried.reason)}`],
            ['By', `${printableLines(retried.by)}, as the caller said`],
            ...(retried.deliveryId === undefined
              ? []
              : [['Stored as', `the delivery ${retried.deliveryId}`]]),
          ]),
      ['Expires', `${writeTime(rejected.expiresAt)} UTC`],
    ],
  );
};

const because = (reason: string | undefined): string => (reason === undefined ? '' : `, ${reason}`);
