import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { commands } from '../../cli/commands/index.ts';
import { helpTexts } from '../../cli/help.ts';
import type { Outside } from '../../local/internet/internet.ts';
import { senderOf } from '../../senders/index.ts';
import type { Pki } from '../../senders/pki.ts';
import { type Answered, post } from '../../senders/post.ts';
import { readSample } from '../../senders/samples.ts';
import type { SignedRequest } from '../../senders/sender.ts';
import type { Assemblies } from './app/edits.ts';
import type { Clients } from './clients.ts';
import type { CommandName } from './customer/commands.ts';
import { CommandError, type Customer, type Done, type RunOptions } from './customer/customer.ts';
import type { Report } from './report.ts';
import type { Target } from './target.ts';

/** What the steps of a deployment's life share. */
export interface Walk {
  readonly target: Target;
  /** What is deployed. */
  readonly assemblies: Assemblies;
  /** The same as the app synthesizes it, without stand-ins for what MiniStack lacks. */
  readonly originals: Assemblies;
  readonly clients: Clients;
  readonly customer: Customer;
  /** SNS and iVvy's key bucket, as the functions reach them. */
  readonly internet: Outside;
  readonly pki: Pki;
  readonly report: Report;
  /** The secrets of the sources, by the source's name. */
  readonly secrets: Map<string, string>;
  /** The documents' commands that were run. */
  readonly followed: Set<CommandName>;
  /** The commands of `gatepost` that printed valid JSON. */
  readonly json: Set<string>;
  /** Starts MiniStack anew with the same state, with IAM enforced or not. */
  restart(enforceIam: boolean): Promise<void>;
}

/** A part of a deployment's life. To add one: write it, and put it into the list of `life.ts`. */
export interface Step {
  readonly title: string;
  /** @throws {Error} where something is not as it should be. The steps after it are still walked. */
  run(walk: Walk): Promise<void>;
}

export const STACK = 'Gatepost';

/** The account and the region in the name of the bucket, as the documents have them, and as they are here. */
export const EXAMPLE_PLACE = '111122223333-eu-central-1';
export const placeOf = ({ target: { account, region } }: Pick<Walk, 'target'>): string =>
  `${account}-${region}`;

/** The outputs of the stack as it is now. */
export const outputsOf = async ({ clients }: Walk): Promise<Readonly<Record<string, string>>> => {
  const { Stacks = [] } = await clients.cloudFormation.send(new DescribeStacksCommand({ StackName: STACK }));
  const outputs = Stacks[0]?.Outputs ?? [];
  return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
};

/**
 * Runs a command as the customer.
 *
 * @throws {CommandError} where it does not end with 0.
 */
export const succeed = async ({ customer }: Walk, commands: string, options?: RunOptions): Promise<Done> => {
  const done = await customer.run(commands, options);
  if (done.exitCode === 0) return done;
  throw unexpected(commands, done);
};

/** A command that ended with an exit code that was not expected. */
export const unexpected = (commands: string, { exitCode, out, err }: Done): CommandError =>
  new CommandError(`${commands}\nended with ${exitCode}:\n${ending(out + err)}`);

/** The last lines of an output: the CDK prints a line for each resource. */
const ending = (output: string): string =>
  output
    .trimEnd()
    .split('\n')
    .slice(-15)
    .map((line) => line.slice(0, 500))
    .join('\n');

/** Runs a command of `gatepost` with `--json` and reads what it prints. */
export const gatepostJson = async <T>(walk: Walk, command: string): Promise<T> => {
  const value: T = JSON.parse((await succeed(walk, `npx gatepost --json ${command}`)).out);
  const [first = '', second] = command.split(' ');
  walk.json.add(isCommand(`${first} ${second}`) ? `${first} ${second}` : first);
  return value;
};

const isCommand = (name: string): boolean => helpTexts(commands).has(name);

/**
 * Signs a delivery of a source.
 *
 * @param provider Default: the source's name.
 */
export const sign = async (
  { pki, secrets }: Walk,
  source: string,
  event?: string,
  provider = source,
): Promise<SignedRequest> => {
  const sender = senderOf(provider);
  assert(sender !== undefined, `there is no sender ${provider}`);
  const sample = await readSample(sender, event ?? sender.defaultEvent);
  return sender.signsWith === 'pki'
    ? sender.sign(sample, pki)
    : sender.sign(sample, secrets.get(source) ?? 'not set yet');
};

/** Posts a delivery to the URL that the stack's outputs have for its source. */
export const deliver = async (walk: Walk, source: string, request: SignedRequest): Promise<Answered> => {
  const outputs = await outputsOf(walk);
  const url = outputs[`${source.charAt(0).toUpperCase()}${source.slice(1)}HookUrl`] ?? '';
  return post(url.slice(0, url.indexOf('/hooks/')), source, request, new AbortController().signal);
};

/**
 * Posts a delivery and checks the answer's status.
 *
 * @returns the id of the delivery, where it was accepted.
 */
export const deliverAndExpect = async (
  walk: Walk,
  status: number,
  source: string,
  request: SignedRequest,
): Promise<string> => {
  const answer = await deliver(walk, source, request);
  assert.equal(answer.status, status, `${source} answered ${answer.status} ${answer.text}, not ${status}`);
  return /"deliveryId":"([^"]+)"/.exec(answer.text)?.[1] ?? '';
};

/**
 * Asks again and again until the answer is right.
 *
 * @param what the state that is waited for, in words.
 * @throws {Error} where it was not right within the time.
 */
export const until = async <T>(what: string, ask: () => Promise<T | undefined>, seconds = 20): Promise<T> => {
  const deadline = Date.now() + seconds * 1000;
  do {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(250);
  } while (Date.now() < deadline);
  throw new Error(`${what} did not happen within ${seconds} s`);
};
