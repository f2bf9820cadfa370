import * as v from 'valibot';
import { anObject } from '../shared/api/an-object.ts';
import { ApiError } from '../shared/api/api-error.ts';
import type { Outcome, SubscribableProvider } from '../shared/api/subscription-api.ts';
import { meaningIn } from '../shared/catalogue.ts';
import { ivvyHeaders } from './api-signature.ts';
import { ivvyCatalogue } from './catalogue.ts';

/** A subscription is for a group of events: its endpoint key, and the entities of its events. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  // Of events as a venue has them. iVvy documents no name of a notification about them.
  eventsEndpoint: [],
  venuesEndpoint: [
    'booking',
    'booking-session',
    'booking-accommodation',
    'room-reservation',
    'booking-note',
    'booking-document',
    'booking-beo',
    'space-blockout',
    'venue-guest',
  ],
  paymentsEndpoint: ['invoice'],
  crmEndpoint: ['opportunity', 'crm-task', 'crm-activity', 'lead-note'],
  contactsEndpoint: ['contact', 'contact-note'],
  companiesEndpoint: ['company'],
  ariEndpoint: ['room-inventory', 'room-rates', 'rate-plan-booking-rules'],
};

const ENDPOINT_KEYS = Object.keys(GROUPS);

/**
 * iVvy: endpoint keys, all with the same URL. It documents no list of subscriptions.
 *
 * @see https://developer.ivvy.com/notifications
 */
export const ivvyApi: SubscribableProvider = {
  title: 'iVvy',
  baseUrl: ({ settings }) => `https://api.${regionOf(settings)}.ivvy.com`,
  events: ENDPOINT_KEYS,
  eventsIn: (key) =>
    Object.entries(ivvyCatalogue).flatMap(([name, meaning]) =>
      GROUPS[key]?.includes(meaningIn(meaning).entity) === true ? [name] : [],
    ),
  aliases: Object.fromEntries(ENDPOINT_KEYS.map((key) => [key.replace('Endpoint', ''), key])),
  signsRequests: true,
  registersSecret: false,
  oneEventEach: false,
  refusal: (body) => refusal(body),

  connect: ({ call, credentials, now }) => {
    const account = async (action: string, url: string, keys: readonly string[]) => {
      const path = `/api/1.0/account?action=${action}`;
      const body = JSON.stringify(Object.fromEntries(keys.map((key) => [key, url])));
      const headers = () => ivvyHeaders({ path, body, at: now() }, credentials);
      const { value = {} } = await call(
        { method: 'POST', path, headers, body, statuses: [200] },
        AnswerSchema,
      );
      return value;
    };
    return {
      create: async ({ url, events }) =>
        subscribed(events, await account('subscribeToNotifications', url, events)),
      remove: async ({ url, events }) =>
        unsubscribed(events, await account('unsubscribeFromNotifications', url, events)),
    };
  },
};

/** @see https://developer.ivvy.com/getting-started/interpreting-the-response/exceptions */
const refusal = (body: unknown): string | undefined => {
  const { success, output } = v.safeParse(ErrorSchema, body);
  if (!success) return undefined;
  const { errorCode, message = '', specificCode } = output;
  if (specificCode === STALE)
    return "the request is stale: this machine's clock is more than five minutes off";
  if (errorCode === 403)
    return 'the API key may not subscribe: only one that was made without a user, or by the account’s "Primary" user, may';
  const meaning = ERROR_CODES[errorCode] ?? `error ${errorCode}`;
  return message === '' ? meaning : `${meaning}: ${message}`;
};

const STALE = 23005;

const ERROR_CODES: Readonly<Record<number, string>> = {
  400: 'bad request',
  401: 'the API key or its signature is not accepted',
  404: 'not found',
  405: 'method not allowed',
  406: 'not acceptable',
  429: 'too many requests',
  460: 'unknown',
  461: 'failed request',
  462: 'the session is expired',
  463: 'the API key was revoked',
  500: 'an internal error of iVvy',
  501: 'not implemented',
};

/** iVvy doesn't document the status of an error, so a response with an `errorCode` is one. */
const AnswerSchema = v.pipe(
  anObject,
  v.check((answer) => !Object.hasOwn(answer, 'errorCode'), 'is an error'),
);

const CodeSchema = v.pipe(v.unknown(), v.toNumber());

const ErrorSchema = v.object({
  errorCode: CodeSchema,
  message: v.optional(v.string()),
  specificCode: v.optional(CodeSchema),
});

type Answer = Readonly<Record<string, unknown>>;

/** `companiesEndpoint` -> `companies`: the prefix of the response's fields. */
const kindOf = (key: string): string => key.replace('Endpoint', '');

const subscribed = (keys: readonly string[], answer: Answer): Outcome => {
  const outcomes = keys.map((key) => ({ key, success: answer[`${kindOf(key)}Success`] }));
  const topicArns = keys.flatMap((key) => {
    const topic = answer[`${kindOf(key)}TopicId`];
    return typeof topic === 'string' && topic !== '' ? [topic] : [];
  });
  return outcome(
    outcomes.map(({ key, success }) => {
      if (success === true) return [key];
      if (success === undefined)
        return [key, `${key}: iVvy's response doesn't mention it, which its documentation doesn't explain`];
      return [key, undefined, `${key}: iVvy did not subscribe it, and doesn't say why`];
    }),
    topicArns,
  );
};

/** @see https://developer.ivvy.com/notifications "Unsubscribe" */
const RESULTS: Readonly<Record<number, string>> = {
  2: 'iVvy says that it was not in the request',
  3: 'iVvy reports an unknown error; contact its support',
  4: 'it was not subscribed',
  5: 'only the API key that subscribed it can unsubscribe it',
  6: 'it can be unsubscribed only after the handshake, which is not complete',
};
const UNSUBSCRIBED = 1;
const NOT_FOUND = 4;

const unsubscribed = (keys: readonly string[], answer: Answer): Outcome =>
  outcome(
    keys.map((key) => {
      const result = answer[`${kindOf(key)}Result`];
      if (result === UNSUBSCRIBED) return [key];
      if (result === NOT_FOUND) return [key, `${key}: ${RESULTS[NOT_FOUND]}`];
      if (result === undefined) return [key, `${key}: iVvy's response doesn't mention it`];
      return [
        key,
        undefined,
        `${key}: ${RESULTS[Number(result)] ?? `iVvy's result ${String(result)} is not documented`}`,
      ];
    }),
  );

/** @param results of each endpoint key: a note, or a failure. @throws {ApiError} if all failed. */
const outcome = (
  results: readonly (readonly [key: string, note?: string | undefined, failure?: string])[],
  topicArns: readonly string[] = [],
): Outcome => {
  const notes = results.flatMap(([, note]) => note ?? []);
  const failures = results.flatMap(([, , failure]) => failure ?? []);
  if (failures.length === results.length && results.length > 0)
    throw new ApiError('provider', `iVvy did none of it. ${failures.join('; ')}.`);
  return { notes, topicArns, failures };
};

const regionOf = (settings: unknown): string =>
  v.parse(RegionsSchema, settings).regions[0] ?? 'ap-southeast-2';

const RegionsSchema = v.object({ regions: v.optional(v.array(v.string()), []) });
