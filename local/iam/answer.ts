import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { AwsEndpoints } from '../aws/endpoints.ts';
import type { Refusal } from './refusal.ts';

export interface AwsError {
  /** `AccessDeniedException` */
  readonly code: string;
  /** The code in SQS's older query protocol, which the SDKs still use: `AccessDenied`. */
  readonly queryCode: string;
  readonly message: string;
}

export const accessDenied = (service: keyof AwsEndpoints, refusal: Refusal): AwsError => ({
  code: 'AccessDeniedException',
  queryCode: 'AccessDenied',
  message: messageOf(service, refusal),
});

export const UNKNOWN_CALLER: AwsError = {
  code: 'UnrecognizedClientException',
  queryCode: 'InvalidClientTokenId',
  message: 'The security token included in the request is invalid.',
};

export const UNKNOWN_OPERATION: AwsError = {
  code: 'UnknownOperationException',
  queryCode: 'InvalidAction',
  message: 'The local stack does not know which permission this operation needs.',
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
const messageOf = (service: keyof AwsEndpoints, { principal, action, resource, denial }: Refusal): string => {
  // SQS alone writes the action in lower case.
  const named = service === 'sqs' ? action.toLowerCase() : action;
  const reason = {
    'nothing-allows': `because no identity-based policy allows the ${named} action`,
    'identity-denies': 'with an explicit deny in an identity-based policy',
    'resource-denies': 'with an explicit deny in a resource-based policy',
  }[denial];
  // S3 alone quotes the resource.
  const quoted = service === 's3' ? `"${resource}"` : resource;
  return `User: ${principal.userArn} is not authorized to perform: ${named} on resource: ${quoted} ${reason}`;
};

/**
 * Writes an error in the service's protocol: AWS JSON 1.0 or 1.1, for SQS with the header of the query protocol's code, for
 * S3 XML with that code.
 */
export const answerError = (
  service: keyof AwsEndpoints,
  { code, queryCode, message }: AwsError,
  response: ServerResponse,
): void => {
  if (service === 's3') {
    const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    response
      .writeHead(403, { 'content-type': 'application/xml', 'x-amz-request-id': randomUUID() })
      .end(`<Error><Code>${queryCode}</Code><Message>${text}</Message></Error>`);
    return;
  }
  const { status, type, version } = PROTOCOL[service];
  response
    .writeHead(status, {
      'content-type': `application/x-amz-json-${version}`,
      'x-amzn-requestid': randomUUID(),
      ...(service === 'sqs' && { 'x-amzn-query-error': `${queryCode};Sender` }),
    })
    .end(JSON.stringify({ __type: `${type}${code}`, message }));
};

const PROTOCOL = {
  sqs: { status: 403, type: 'com.amazon.coral.service#', version: '1.0' },
  dynamodb: { status: 400, type: 'com.amazon.coral.service#', version: '1.0' },
  secretsManager: { status: 400, type: '', version: '1.1' },
  logs: { status: 400, type: '', version: '1.1' },
} as const;
