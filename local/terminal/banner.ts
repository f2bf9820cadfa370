import type { LocalStack } from '../local-stack.ts';
import type { Look } from './describe.ts';

/**
 * The text that is shown when the local stack is ready: all URLs, and an example.
 *
 * @param page the URL of the local stack's page.
 */
export const banner = (localStack: LocalStack, page: string, stateDir: string, { style }: Look): string => {
  const { gateway, sqs, dynamodb, s3, routes, queues, newSecrets } = localStack;
  const [example] = sourcesOf(routes);
  const secrets = newSecrets.length === 0 ? '' : ` (new: ${newSecrets.join(', ')})`;
  const lines = [
    style('bold', 'Gatepost runs on this machine. Press Ctrl-C to stop it.'),
    '',
    `  console   ${style('bold', page)}`,
    `  gateway   ${gateway}`,
    ...routes.map((key) => `            ${style('cyan', key)}`),
    `  SQS       ${sqs}  ${Object.keys(queues).length} queues for consumers`,
    `  DynamoDB  ${dynamodb}`,
    `  S3        ${s3}`,
    `  secrets   ${stateDir}/secrets.json${secrets}`,
    '',
    ...(example === undefined
      ? []
      : ['Try, in another terminal:', '', `  ${style('bold', `npm run send -- ${example}`)}`, '']),
  ];
  return lines.join('\n');
};

/** The sources of the routes: `ivvy` of `POST /hooks/ivvy`. */
export const sourcesOf = (routes: readonly string[]): readonly string[] =>
  routes.flatMap((key) => /^\S+ \/hooks\/([^/]+)/.exec(key)?.[1] ?? []);
