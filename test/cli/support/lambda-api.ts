import { createServer } from 'node:http';
import type { LambdaClientConfig } from '@aws-sdk/client-lambda';
import { LOCAL_CLIENT } from '../../../local/aws/endpoints.ts';
import { listen, stopListening } from '../../../local/support/listen.ts';
import { readBody } from '../../../local/support/read-body.ts';

/** The configuration of one function, as Lambda's API has it. */
export interface LambdaApi {
  readonly config: LambdaClientConfig;
  /** The environment variables now. */
  variables: Readonly<Record<string, string>> | undefined;
  /** `GET` and `PUT`, in their order. */
  readonly asked: readonly string[];
  /** What the next updates are refused with, first to last: `ResourceConflictException`. */
  refuse(...errors: readonly string[]): void;
  /** Called after each read, as somebody else may act then. */
  afterRead: () => void;
  /** Changes the function as somebody else would. */
  change(variables: Readonly<Record<string, string>>): void;
  /** How many reads after an update say that it is in progress, and how it ends. */
  updates: { reads: number; end: 'Successful' | 'Failed' };
  stop(): Promise<void>;
}

/** Starts Lambda's API with a function that has these environment variables. */
export const startLambdaApi = async (variables: Readonly<Record<string, string>>): Promise<LambdaApi> => {
  const asked: string[] = [];
  const refusals: string[] = [];
  let revision = 1;
  let readsLeft = 0;
  const server = createServer(async (request, response) => {
    const { method = '' } = request;
    asked.push(method);
    const refused = (status: number, name: string) => {
      response.writeHead(status, { 'x-amzn-errortype': name });
      response.end(JSON.stringify({ Message: `${name}: not authorized to perform: lambda:Update` }));
    };
    if (method === 'PUT') {
      const input = JSON.parse(String(await readBody(request)));
      const error = refusals.shift();
      if (error !== undefined) return refused(error === 'AccessDeniedException' ? 403 : 409, error);
      if (input.RevisionId !== String(revision)) return refused(412, 'PreconditionFailedException');
      api.change(input.Environment.Variables);
      readsLeft = api.updates.reads;
    }
    const LastUpdateStatus = method === 'PUT' || readsLeft-- > 0 ? 'InProgress' : api.updates.end;
    response.end(
      JSON.stringify({
        FunctionName: 'the-function',
        RevisionId: String(revision),
        ...(api.variables !== undefined && { Environment: { Variables: api.variables } }),
        LastUpdateStatus,
        ...(LastUpdateStatus === 'Failed' && { LastUpdateStatusReason: 'a reason of Lambda' }),
      }),
    );
    if (method === 'GET') api.afterRead();
  });
  const url = `http://127.0.0.1:${await listen(server, 0)}`;
  const api: LambdaApi = {
    config: { ...LOCAL_CLIENT, endpoint: url },
    variables,
    asked,
    refuse: (...errors) => refusals.push(...errors),
    afterRead: () => undefined,
    change: (changed) => {
      api.variables = changed;
      revision++;
    },
    updates: { reads: 2, end: 'Successful' },
    stop: () => stopListening(server),
  };
  return api;
};
