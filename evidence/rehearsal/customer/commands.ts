/** Where commands stand in the documentation. */
export interface Place {
  readonly page: string;
  /** The commands, or a text that no other block of the page has. */
  readonly has: string;
}

/** The pages that a customer of a deployment follows. Each of their commands is in one of the lists below; a test compares. */
export const PAGES: readonly string[] = [
  'README.md',
  'docs/answers.md',
  'docs/cli.md',
  'docs/console.md',
  'docs/cost.md',
  'docs/deploy.md',
  'docs/event-log.md',
  'docs/events.md',
  'docs/providers.md',
  'docs/rejected.md',
  'docs/runbook.md',
  'docs/scale.md',
  'docs/security.md',
];

/** The commands that the steps read from their page and run. One that no step runs is a fault of the rehearsal. */
export const COMMANDS = {
  bootstrap: { page: 'docs/deploy.md', has: 'npx cdk bootstrap\n' },
  bootstrapThere: { page: 'docs/deploy.md', has: 'npx cdk bootstrap aws://111122223333/eu-central-1' },
  synth: { page: 'docs/deploy.md', has: 'npx cdk synth --quiet' },
  deploy: { page: 'docs/deploy.md', has: 'npx cdk deploy' },
  deployOverTable: { page: 'docs/deploy.md', has: 'npx cdk deploy --import-existing-resources' },
  putSecret: { page: 'docs/deploy.md', has: 'put-secret-value' },
  checkAnswer: { page: 'docs/deploy.md', has: 'curl -s' },
  checkQueue: { page: 'docs/deploy.md', has: 'aws sqs receive-message' },
  playProvider: { page: 'docs/deploy.md', has: 'npx gatepost send' },
  revoke: { page: 'docs/deploy.md', has: 'npx gatepost secret <source> --revoke-previous' },
  update: { page: 'docs/deploy.md', has: 'npx cdk diff' },
  destroy: { page: 'docs/deploy.md', has: 'npx cdk destroy' },
  deleteRest: { page: 'docs/deploy.md', has: 'aws dynamodb delete-table' },
  adopt: { page: 'docs/deploy.md', has: 'npx cdk import' },

  firstSecrets: { page: 'README.md', has: 'npx gatepost secret augustus' },
  subscribe: { page: 'README.md', has: 'npx gatepost subscribe altoviz' },
  operate: { page: 'README.md', has: 'npx gatepost tail company' },

  sources: { page: 'docs/cli.md', has: 'npx gatepost sources --stack' },
  storeApiKeys: { page: 'docs/cli.md', has: 'aws secretsmanager create-secret' },
  leakedSecret: { page: 'docs/cli.md', has: 'npx gatepost secret ivy --revoke-previous' },
  leakedSecretAtOnce: { page: 'docs/cli.md', has: '--generate --revoke-previous' },
  events: { page: 'docs/cli.md', has: 'npx gatepost tail invoice' },
  replay: { page: 'docs/cli.md', has: 'npx gatepost replay --resume' },
  redrive: { page: 'docs/cli.md', has: 'npx gatepost redrive entities' },
  verify: { page: 'docs/cli.md', has: 'npx gatepost verify altoviz' },

  putProvidersSecret: { page: 'docs/providers.md', has: 'aws secretsmanager put-secret-value' },
  registerAtAvaza: { page: 'docs/providers.md', has: 'curl https://api.avaza.com' },

  rejectedList: { page: 'docs/rejected.md', has: 'npx gatepost rejected --source altoviz --since 2h' },
  rejectedWhy: { page: 'docs/rejected.md', has: 'npx gatepost rejected explain <id>\n' },
  rejectedRetry: { page: 'docs/rejected.md', has: 'npx gatepost rejected retry --source altoviz --since 2h' },

  putSecretFile: { page: 'docs/runbook.md', has: 'aws secretsmanager put-secret-value' },
  restoreSecret: { page: 'docs/runbook.md', has: 'aws secretsmanager restore-secret' },
  why401: { page: 'docs/runbook.md', has: 'npx gatepost verify <source>' },
  guess: { page: 'docs/runbook.md', has: 'npx gatepost verify --guess' },
  findKey: { page: 'docs/runbook.md', has: 'npx gatepost events --source <source>' },

  revokeByHand: { page: 'docs/security.md', has: 'aws secretsmanager update-secret-version-stage' },
} as const satisfies Readonly<Record<string, Place>>;

export type CommandName = keyof typeof COMMANDS;

/** Commands within these blocks that are left out, each with the reason. */
export const OMITTED: Readonly<Record<string, string>> = {
  'npm ci': 'the packages are there already',
  'git fetch upstream && git merge upstream/main': 'the new version of the app is there already',
  'npm ci && npm test': 'CI runs the tests',
  'npx gatepost sources --local': 'for the local stack',
};

const LOCAL = 'for the local stack';
const CONTRIBUTORS = 'for contributors: it tests, measures or documents Gatepost';
const LIMIT = 'in the list “Not as in AWS”';

/** The commands that are not run, each with the reason. */
export const NOT_RUN: readonly (Place & { readonly reason: string })[] = [
  { page: 'README.md', has: 'npm ci\nnpm start', reason: LOCAL },
  { page: 'README.md', has: 'npm run send -- ivvy subscribe', reason: LOCAL },
  { page: 'README.md', has: '--endpoint-url http://127.0.0.1:4566', reason: LOCAL },
  { page: 'docs/console.md', has: 'npm run test:browser', reason: CONTRIBUTORS },
  { page: 'docs/cost.md', has: 'npm run cost', reason: CONTRIBUTORS },
  { page: 'docs/deploy.md', has: 'aws logs tail /aws/lambda/gatepost-ingest-altoviz', reason: LIMIT },
  { page: 'docs/deploy.md', has: 'aws logs tail /aws/vendedlogs/gatepost-gate --follow', reason: LIMIT },
  { page: 'docs/deploy.md', has: 'aws apigatewayv2 delete-route-settings', reason: LIMIT },
  { page: 'docs/events.md', has: 'npm run docs', reason: CONTRIBUTORS },
  { page: 'docs/rejected.md', has: 'npx gatepost rejected --source altoviz --local', reason: LOCAL },
  { page: 'docs/scale.md', has: 'npm run scale', reason: CONTRIBUTORS },
  { page: 'docs/security.md', has: 'npm run prove', reason: CONTRIBUTORS },
  { page: 'docs/security.md', has: 'npm run flood', reason: CONTRIBUTORS },
];
