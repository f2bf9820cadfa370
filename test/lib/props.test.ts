import { describe, expect, test } from '@jest/globals';
import { Duration, Stack, Token } from 'aws-cdk-lib';
import fc from 'fast-check';
import { providers } from '../../lambdas/providers/index.ts';
import { EntityQueues } from '../../lib/entity-queues.ts';
import type { GatepostProps } from '../../lib/gatepost-props.ts';
import { configureSources } from '../../lib/sources.ts';
import { ALARM_KINDS } from '../../lib/watch/alarm-kinds.ts';
import { byName } from './read-template.ts';
import { createApp, SHIPPED, synthesize } from './synthesize.ts';

const CERTIFICATE = 'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d';

/** A source that knows so many types of things. */
const withEntities = (count: number, letter = 't') => ({
  provider: 'standard-webhooks',
  name: 'acme',
  catalogue: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${letter}${index}`, `${letter}${index}.made`]),
  ),
});

const NO_ALARMS = {
  thresholds: Object.fromEntries(
    Object.keys(ALARM_KINDS).map((kind) => [kind, { page: false, ticket: false }]),
  ),
};

/** What a source of the provider `hmac` needs, besides its events. */
const HMAC = {
  name: 'acme',
  header: 'x-signature',
  eventName: 'body:type',
  catalogue: { made: 'ticket.made' },
};

describe('a mistaken prop fails synthesis with a sentence that says what would be right', () => {
  // What a typed editor would underline comes from JavaScript, or from a file, all the same.
  const mistakes: readonly (readonly [string, unknown, string])[] = [
    ['no source', { sources: {} }, 'sources is empty; it must name at least one source'],
    ['no sources', { sources: undefined }, 'sources is empty; it must name at least one source'],
    [
      'a source that is a word',
      { sources: { ivvy: 'ivvy' } },
      'Source "ivvy" is "ivvy"; it must be an object, such as { provider: \'altoviz\' }',
    ],
    ['a retention without a unit', { retention: 30 }, 'retention is 30; it must be a Duration'],
    [
      'an intake visibility without a unit',
      { intake: { visibilityTimeout: 180 } },
      'intake.visibilityTimeout is 180; it must be a Duration',
    ],
    [
      'a visibility without a unit',
      { entityQueues: { visibilityTimeout: 30 } },
      'entityQueues.visibilityTimeout is 30; it must be a Duration',
    ],
    [
      'a name that AWS would refuse',
      { sources: { Ivvy_1: SHIPPED.ivvy } },
      'Source "Ivvy_1": its name must be lower-case words joined by hyphens',
    ],
    // The same name twice the compiler refuses: an object has no key twice. What is left is names that become the same.
    [
      'names that are one in the stack',
      { sources: { 'a-1': SHIPPED.altoviz, a1: SHIPPED.altoviz } },
      'More than one source would have the id A1 in the stack: "a-1" and "a1"; one needs another name',
    ],
    [
      "the name of the gate's own API",
      { sources: { api: SHIPPED.altoviz } },
      'Source "api": its name conflicts with the gate\'s own API; it needs another name',
    ],
    [
      'an unknown provider',
      { sources: { shop: { provider: 'shopify' } } },
      `Source "shop": "shopify" is not a provider; the providers are: ${Object.keys(providers).join(', ')}`,
    ],
    [
      'a provider that every object has',
      { sources: { shop: { provider: 'constructor' } } },
      'Source "shop": "constructor" is not a provider',
    ],
    [
      'an account id that is none',
      { sources: { ivvy: { provider: 'ivvy', accountIds: ['14', 'fourteen'] } } },
      'Source "ivvy": accountIds.1: must be an iVvy account id: digits only, such as "14"',
    ],
    [
      'an account id that is a number',
      { sources: { ivvy: { provider: 'ivvy', accountIds: [14] } } },
      'Source "ivvy": accountIds.0: must be a list of iVvy account ids as strings, such as ["14"]',
    ],
    [
      'a topic owner that is left empty',
      { sources: { ivvy: { ...SHIPPED.ivvy, topicOwner: '' } } },
      'Source "ivvy": topicOwner: must be an AWS account id as a string: twelve digits',
    ],
    [
      'a topic owner that is missing, as in JSON',
      { sources: { ivvy: { ...SHIPPED.ivvy, topicOwner: null } } },
      'Source "ivvy": topicOwner: must be an AWS account id as a string: twelve digits',
    ],
    [
      'an AWS account id that is none',
      { env: { account: '1234', region: 'eu-central-1' } },
      'env.account is "1234"; it must be an AWS account id as a string: twelve digits',
    ],
    [
      'an account as a number',
      { env: { account: 111122223333 } },
      'env.account is 111122223333; it must be an AWS account id as a string: twelve digits',
    ],
    [
      'a missing setting',
      { sources: { ivvy: { provider: 'ivvy' } } },
      'Source "ivvy": accountIds: must be a list of iVvy account ids, such as ["14"]',
    ],
    [
      'a setting that the provider does not have',
      { sources: { altoviz: { provider: 'altoviz', accountIds: ['14'] } } },
      'Source "altoviz": accountIds: there is no such setting; there are ',
    ],
    [
      'settings beyond what a function can be given',
      {
        sources: {
          ivvy: { provider: 'ivvy', accountIds: Array.from({ length: 1000 }, (_, index) => String(index)) },
        },
      },
      'Lambda allows 4 KB for all of it',
    ],
    [
      'events older than what is remembered',
      { retention: Duration.days(14), sources: { ivvy: { ...SHIPPED.ivvy, maxAge: 15 * 24 * 60 * 60 } } },
      'Source "ivvy": maxAge: must not be longer than retention (1209600 seconds)',
    ],
    [
      'events that bear the name of a provider, signed with an HMAC',
      {
        sources: {
          mine: { ...withEntities(1), provider: 'hmac', name: 'ivvy', header: 'x-a', eventName: 'body:type' },
        },
      },
      'Source "mine": name: must be none of Gatepost\'s own providers',
    ],
    [
      'events that bear the name of a provider, signed by Standard Webhooks',
      { sources: { mine: { ...withEntities(1), name: 'augustus' } } },
      "name: must be none of Gatepost's own providers (ivvy, ivy, augustus,",
    ],
    [
      'a prefix that AWS would refuse',
      { prefix: 'Gate post' },
      'prefix is "Gate post"; it must be lower-case words joined by hyphens',
    ],
    ['a prefix that leaves no room', { prefix: 'g'.repeat(25) }, '24 characters at most'],
    [
      'a window of repeats that ends after what is remembered',
      { sources: { altoviz: { provider: 'altoviz', repeatWindow: 31 * 24 * 60 * 60 } } },
      'Source "altoviz": repeatWindow: must not be longer than retention (2592000 seconds)',
    ],
    [
      'a retention shorter than a delivery may wait in a queue',
      { retention: Duration.hours(13 * 24) },
      'retention is 13 days; it must be at least 14 days, as long as queues keep a delivery: what comes again must be recognized as a duplicate',
    ],
    [
      'an intake visibility that deduplication does not cover',
      { intake: { visibilityTimeout: Duration.seconds(241) } },
      "intake.visibilityTimeout is 241 seconds; it must be at least 30 seconds, fan-out's time-out, and at most 240 seconds",
    ],
    [
      'an intake visibility shorter than fan-out may take',
      { intake: { visibilityTimeout: Duration.seconds(29) } },
      'intake.visibilityTimeout is 29 seconds; it must be at least 30 seconds',
    ],
    [
      'no try at all',
      { intake: { maxReceiveCount: 0 } },
      'intake.maxReceiveCount is 0; it must be a whole number from 1 to 1000',
    ],
    [
      'more tries than SQS counts',
      { entityQueues: { maxReceiveCount: 1001 } },
      'entityQueues.maxReceiveCount is 1001; it must be a whole number from 1 to 1000',
    ],
    [
      'half a try',
      { entityQueues: { maxReceiveCount: 2.5 } },
      'entityQueues.maxReceiveCount is 2.5; it must be a whole number',
    ],
    [
      'a visibility beyond what SQS allows',
      { entityQueues: { visibilityTimeout: Duration.hours(13) } },
      'entityQueues.visibilityTimeout is 46800 seconds; SQS allows 43200 seconds (12 hours) at most',
    ],
    [
      'logs kept for a number of days that CloudWatch does not know',
      { logRetention: 45 },
      'logRetention is 45; it must be one of RetentionDays, a number of days that CloudWatch Logs allows: 1, 3, 5, 7, 14, 30,',
    ],
    [
      'a gate that lets nothing in',
      { gate: { throttle: { rate: 0 } } },
      'gate.throttle.rate: must be a number of requests a second above 0, such as 100',
    ],
    [
      'half a request',
      { gate: { throttle: { burst: 1.5 } } },
      'gate.throttle.burst: must be a whole number of requests, at least 1, such as 200',
    ],
    ['a number where there are two', { gate: { throttle: 100 } }, 'gate.throttle: must be an object'],
    [
      "another library's name for it",
      { gate: { throttle: { rateLimit: 100 } } },
      'gate.throttle.rateLimit: there is no such setting; there are rate, burst',
    ],
    [
      'a limit of a source that lets nothing in',
      { sources: { altoviz: { ...SHIPPED.altoviz, throttle: { burst: 0 } } } },
      'Source "altoviz": throttle.burst: must be a whole number of requests, at least 1',
    ],
    [
      'a reserve that lets nothing in',
      { sources: { altoviz: { ...SHIPPED.altoviz, reservedConcurrency: 0 } } },
      'Source "altoviz": reservedConcurrency: must be a whole number of executions, at least 1',
    ],
    [
      'a silence without a unit',
      { sources: { altoviz: { ...SHIPPED.altoviz, silenceAfter: 3600 } } },
      'Source "altoviz": silenceAfter: must be a Duration, such as Duration.hours(12)',
    ],
    [
      'a host name with its scheme',
      { gate: { domain: { name: 'https://hooks.example.com', certificateArn: CERTIFICATE } } },
      'gate.domain.name: must be a host name in lower case, such as "hooks.example.com"',
    ],
    [
      'a host name without a certificate',
      { gate: { domain: { name: 'hooks.example.com' } } },
      'gate.domain.certificateArn: must be the ARN of a certificate in ACM',
    ],
    [
      'a certificate of another region',
      {
        env: { account: '111122223333', region: 'eu-west-1' },
        gate: { domain: { name: 'hooks.example.com', certificateArn: CERTIFICATE } },
      },
      'gate.domain.certificateArn is in eu-central-1; it must be in eu-west-1, where the stack is',
    ],
    [
      'a mistyped prop',
      { logRetentoin: 30 },
      'logRetentoin: there is no such setting; there are sources, prefix, retention, logRetention, gate, eventLog, console, consolePayloads, intake, entityQueues, consumers, alarmEmail, alarms, description, env,',
    ],
    ['a mistyped prop, and what was meant', { logRetentoin: 30 }, 'did you mean "logRetention"?'],
    ['a mistyped part of the environment', { env: { acount: '1' } }, 'env.acount: there is no such setting'],
    [
      'a mistyped prop of the gate',
      { gate: { throtle: {} } },
      'gate.throtle: there is no such setting; there are throttle, domain; did you mean "throttle"?',
    ],
    [
      'a mistyped prop of a domain',
      { gate: { domain: { name: 'hooks.example.com', certificateArn: CERTIFICATE, zone: 'x' } } },
      'gate.domain.zone: there is no such setting; there are name, certificateArn',
    ],
    [
      'an address where it is not looked for',
      { alarms: { email: 'oncall@example.com' } },
      'alarms.email: there is no such setting; there are topics, thresholds',
    ],
    [
      'a mistyped prop of the intake',
      { intake: { maxRecieveCount: 3 } },
      'intake.maxRecieveCount: there is no such setting; there are visibilityTimeout, maxReceiveCount, maxConcurrency; did you mean "maxReceiveCount"?',
    ],
    [
      'a mistyped prop of the entity queues',
      { entityQueues: { visibility: Duration.minutes(1) } },
      'entityQueues.visibility: there is no such setting; there are visibilityTimeout, maxReceiveCount',
    ],
    [
      'a mistyped prop of the event log',
      { eventLog: { serchBySource: false } },
      'eventLog.serchBySource: there is no such setting; there are searchBySource, searchByEntity; did you mean "searchBySource"?',
    ],
    ['a number where there is an object', { eventLog: 5 }, 'eventLog is 5; it must be an object'],
    ['a list where there is an object', { gate: { throttle: [] } }, 'gate.throttle: must be an object'],
    [
      "a list where a source's own options have an object",
      { sources: { altoviz: { ...SHIPPED.altoviz, throttle: [] } } },
      'Source "altoviz": throttle: must be an object',
    ],
    [
      "a list where a provider's settings have an object",
      { sources: { acme: { provider: 'hmac', ...HMAC, catalogue: ['ticket.opened'] } } },
      'Source "acme": catalogue: must be an object',
    ],
    [
      'a pattern that fits nothing',
      { sources: { avaza: { provider: 'avaza', events: ['contact.*', 'compny.*'] } } },
      'Source "avaza": events: "compny.*" fits none of the source\'s events; did you mean "company.*"?',
    ],
    [
      'an action that the source has not',
      { sources: { avaza: { provider: 'avaza', events: ['bill.deleted'] } } },
      'events: "bill.deleted" fits none of the source\'s events; did you mean "bill.created"?',
    ],
    [
      'a word',
      { sources: { avaza: { provider: 'avaza', events: ['company'] } } },
      'events: "company" fits none of the source\'s events; did you mean "company.*"?',
    ],
    [
      'a name of the provider that is mistyped',
      { sources: { ivvy: { ...SHIPPED.ivvy, events: ['RoomRateUpdated'] } } },
      'events: "RoomRateUpdated" fits none of the source\'s events; did you mean "RoomRatesUpdated"?',
    ],
    [
      'a name that is near to none',
      { sources: { altoviz: { provider: 'altoviz', events: ['subscription-item.*'] } } },
      'events: "subscription-item.*" fits none of the source\'s events; it has events of contact, customer, invoice, quote, product, such as "contact.created"',
    ],
    [
      'a name that every object has',
      { sources: { altoviz: { provider: 'altoviz', events: ['constructor'] } } },
      'events: "constructor" fits none of the source\'s events',
    ],
    [
      'a pattern that names the source',
      { sources: { avaza: { provider: 'avaza', events: ['avaza:company.*'] } } },
      'events: "avaza:company.*" must not name a source or a provider, since it is about this source: "company.*"',
    ],
    [
      'a pattern that names the provider',
      { sources: { avaza: { provider: 'avaza', events: ['avaza.company.created'] } } },
      'events: "avaza.company.created" must not name a source or a provider, since it is about this source: "company.created"',
    ],
    [
      'patterns that mean the same',
      { sources: { avaza: { provider: 'avaza', events: ['*', 'company.*', '*.*'] } } },
      'Source "avaza": events: "*.*" means the same as "*"; leave one of them out',
    ],
    [
      'a pattern twice',
      { sources: { avaza: { provider: 'avaza', events: ['company.*', 'company.*'] } } },
      'Source "avaza": events: "company.*" must be in the list once',
    ],
    [
      'a name of the provider twice',
      { sources: { avaza: { provider: 'avaza', events: ['bill_created', 'bill_created'] } } },
      'Source "avaza": events: "bill_created" must be in the list once',
    ],
    [
      'no events',
      { sources: { avaza: { provider: 'avaza', events: [] } } },
      'Source "avaza": events: must list at least one pattern; leave it out to let all events in',
    ],
    [
      'an event that is a word instead of a list',
      { sources: { avaza: { provider: 'avaza', events: 'company.*' } } },
      'Source "avaza": events: must be a list of patterns of events, such as ["company.*", "booking.created"]',
    ],
    [
      'an event that is no text',
      { sources: { avaza: { provider: 'avaza', events: [/company/] } } },
      'Source "avaza": events: must be a list of patterns as strings, such as ["company.*", "booking.created"]',
    ],
    [
      'a map of events of a provider that has a list of its own',
      { sources: { avaza: { provider: 'avaza', events: { bill_created: 'bill.created' } } } },
      'Source "avaza": events: must be a list of patterns of events',
    ],
    [
      'a catalogue under its former name',
      {
        sources: {
          acme: { provider: 'hmac', ...HMAC, catalogue: undefined, events: { made: 'ticket.made' } },
        },
      },
      'Source "acme": events: is a list of patterns now; the event names and what they mean are called catalogue',
    ],
    [
      'an alarm that is switched off as a whole',
      { alarms: { thresholds: { 'intake-age': false } } },
      'alarms.thresholds.intake-age is false; it must be an object such as { page: false, ticket: false }',
    ],
    ['no thresholds', { alarms: { thresholds: null } }, 'alarms.thresholds is null; it must be an object'],
    [
      'a threshold for what every object has',
      { alarms: { thresholds: { constructor: { page: 1 } } } },
      'alarms.thresholds has "constructor"; there is no such alarm',
    ],
    [
      'a topic by its ARN',
      { alarms: { topics: { page: 'arn:aws:sns:eu-central-1:111122223333:alarms' } } },
      'alarms.topics.page is "arn:aws:sns:eu-central-1:111122223333:alarms"; it must be a topic, such as Topic.fromTopicArn(',
    ],
    [
      'a topic of a severity that there is not',
      { alarms: { topics: { pages: 'any' } } },
      'alarms.topics.pages: there is no such setting; there are page, ticket; did you mean "page"?',
    ],
    [
      'the one topic of version 0.1.0',
      { alarms: { topic: 'any' } },
      'alarms.topic: pages and tickets have a topic each now; write alarms: { topics: { page: topic, ticket: topic } }',
    ],
    [
      'one execution of fan-out, which Lambda does not allow',
      { intake: { maxConcurrency: 1 } },
      'intake.maxConcurrency is 1; it must be a whole number from 2 to 1000',
    ],
    [
      'more executions of fan-out than Lambda allows',
      { intake: { maxConcurrency: 1001 } },
      'intake.maxConcurrency is 1001; it must be a whole number from 2 to 1000',
    ],
    [
      'a text for a boolean',
      { consolePayloads: 'false' },
      'consolePayloads is "false"; it must be true or false',
    ],
    ['a number for a boolean', { console: 0 }, 'console is 0; it must be true or false'],
    [
      'a text for a boolean of the event log',
      { eventLog: { searchBySource: 'false' } },
      'eventLog.searchBySource is "false"; it must be true or false',
    ],
    [
      'a time of half a second',
      { intake: { visibilityTimeout: Duration.millis(60_500) } },
      'intake.visibilityTimeout must be a whole number of seconds',
    ],
    [
      'what only looks like a Duration',
      { retention: { toSeconds: 1 } },
      'retention is { toSeconds: 1 }; it must be a Duration',
    ],
    ['a number that JSON has not', { gate: 5n }, 'gate is 5n; it must be an object'],
    ['a prefix that is no text', { prefix: ['abc'] }, "prefix is [ 'abc' ]; it must be lower-case words"],
    [
      'an address in a list',
      { alarmEmail: ['a@b.cc', ''] },
      "alarmEmail is [ 'a@b.cc', '' ]; it must be an e-mail address",
    ],
    [
      'a mistyped provider, and what was meant',
      { sources: { altovis: { provider: 'altovis' } } },
      'Source "altovis": "altovis" is not a provider; the providers are: ivvy, ivy, augustus, altoviz, avaza, standard-webhooks, hmac, public-key, jwt, token, sns; did you mean "altoviz"?',
    ],
    [
      'a source without its provider',
      { sources: { altoviz: {} } },
      'Source "altoviz": provider is undefined; it must be one of ivvy, ivy,',
    ],
    [
      'a setting that is known only when it is deployed',
      { sources: { acme: { provider: 'hmac', ...HMAC, prefix: Token.asString({ Ref: 'Prefix' }) } } },
      'Source "acme": prefix: must be known when the app is synthesized',
    ],
    [
      "a mistyped option of a source's own",
      { sources: { altoviz: { ...SHIPPED.altoviz, silenceAftr: Duration.hours(1) } } },
      'Source "altoviz": silenceAftr: there is no such setting; there are sourceIps, events, rejected, rotationGrace, repeatWindow, signatureEncoding, throttle, reservedConcurrency, silenceAfter, provider; did you mean "silenceAfter"?',
    ],
    [
      "a mistyped part of a source's throttle",
      { sources: { altoviz: { ...SHIPPED.altoviz, throttle: { brust: 1 } } } },
      'Source "altoviz": throttle.brust: there is no such setting; there are rate, burst; did you mean "burst"?',
    ],
    [
      'more outputs than CloudFormation takes',
      {
        sources: Object.fromEntries(
          ['a', 'b', 'c'].map((letter) => [`shop-${letter}`, withEntities(75, letter)]),
        ),
        alarms: NO_ALARMS,
      },
      'outputs; CloudFormation allows 200. Each source takes two, each queue one: choose events in',
    ],
    [
      'more resources than CloudFormation takes',
      { sources: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`shop-${i}`, SHIPPED.altoviz])) },
      'resources; CloudFormation allows 500, and each source and each queue takes several: choose fewer events',
    ],
  ];

  test.each(mistakes)('%s', (_, props, sentence) => {
    expect(() => synthesize(props as Partial<GatepostProps>)).toThrow(sentence);
  });

  test.each(['Booking', 'booking_note', 'booking-', 'ü', '', 'b'.repeat(41)])('the entity %j', (entity) => {
    expect(() => queuesOf(entity)).toThrow(`The entity "${entity}" can't be the name of a queue`);
  });

  test.each(['intake', 'rejected', 'unrecognized', 'company-dlq'])(
    'the entity %j, whose queue would be one of ours',
    (entity) => {
      expect(() => queuesOf(entity)).toThrow('conflicts with the name of one of');
    },
  );

  test('entities that are one in the stack', () => {
    expect(() => queuesOf('room-1', 'room1')).toThrow(
      'More than one entity would have the id Room1 in the stack',
    );
  });

  test('an entity that no source knows', () => {
    expect(() => queuesOf('contact', 'company').queue('contcat')).toThrow(
      'There is no queue for "contcat": there are contact, company, unrecognized',
    );
  });

  const queuesOf = (...entities: readonly string[]) =>
    new EntityQueues(new Stack(createApp(), 'Stack'), 'Queues', {
      prefix: 'gatepost',
      entities,
      isEach: true,
    });
});

describe('the events that a source lets in', () => {
  const queuesWith = (events: readonly string[]) =>
    [
      ...byName(
        synthesize({ sources: { ivvy: { ...SHIPPED.ivvy, events }, altoviz: SHIPPED.altoviz } }),
        'AWS::SQS::Queue',
      ).keys(),
    ].filter((name) => !name.endsWith('-dlq.fifo'));

  test('say which queues there are; the one of what is not recognized is always there', () => {
    const queues = queuesWith(['company.created', 'RoomRatesUpdated', 'invoice.*']);
    expect(queues.toSorted()).toEqual(
      [
        ...['company', 'room-rates', 'invoice', 'contact', 'customer', 'quote', 'product'],
        ...['intake', 'rejected', 'unrecognized'],
      ]
        .map((name) => `gatepost-${name}.fifo`)
        .toSorted(),
    );
    expect(queuesWith(['*'])).toContain('gatepost-booking.fifo');
  });

  test('may be in a list that nothing changes, and come with the settings to the function', () => {
    const events = Object.freeze(['company.*', 'company.created', 'CompanyAdded']);
    const [configured] = configureSources({ ivvy: { ...SHIPPED.ivvy, events } }, 30 * 24 * 60 * 60);
    expect(configured?.entities).toEqual(['company']);
    expect(configured?.source.settings).toMatchObject({ events });
  });

  test('may be names that only look like patterns, of a catalogue that a source brings', () => {
    const catalogue = {
      'ticket.made': 'issue.created',
      'a.b.c.d': 'page.changed',
      'x:y': 'note.made',
    } as const;
    const acme = {
      provider: 'hmac',
      ...HMAC,
      eventName: 'body:type',
      header: 'x-signature',
      catalogue,
    } as const;
    for (const [event, entity] of [
      ['ticket.made', 'issue'],
      ['a.b.c.d', 'page'],
      ['x:y', 'note'],
      ['note.*', 'note'],
    ] as const) {
      const [configured] = configureSources({ acme: { ...acme, events: [event] } }, 30 * 24 * 60 * 60);
      expect(configured?.entities).toEqual([entity]);
    }
  });
});

describe('a prop at its limit is taken', () => {
  test('the longest prefix and source still give names that AWS takes', () => {
    const template = synthesize({
      prefix: 'p'.repeat(24),
      sources: { ['s'.repeat(32)]: { provider: 'altoviz' } },
    });
    expect([...byName(template, 'AWS::Lambda::Function').keys()].every((name) => name.length <= 64)).toBe(
      true,
    );
    expect([...byName(template, 'AWS::SQS::Queue').keys()].every((name) => name.length <= 80)).toBe(true);
  });

  test('visibility and number of tries', () => {
    const queues = byName(
      synthesize({
        intake: { visibilityTimeout: Duration.seconds(240), maxReceiveCount: 1000 },
        entityQueues: { visibilityTimeout: Duration.hours(12), maxReceiveCount: 1 },
      }),
      'AWS::SQS::Queue',
    );
    expect(queues.get('gatepost-intake.fifo')).toMatchObject({
      VisibilityTimeout: 240,
      RedrivePolicy: { maxReceiveCount: 1000 },
    });
    expect(queues.get('gatepost-company.fifo')).toMatchObject({
      VisibilityTimeout: 43_200,
      RedrivePolicy: { maxReceiveCount: 1 },
    });
  });

  test('whatever a source is called, it is refused by name or fits into a URL, a function and a secret', () => {
    const names = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[a-z0-9-]{0,40}$/),
      fc.constantFrom('__proto__', 'a', 'a--b'),
    );
    fc.assert(
      fc.property(names, (name) => {
        try {
          configureSources({ [name]: { provider: 'altoviz' } }, 30 * 24 * 60 * 60);
        } catch (error) {
          return (error as Error).message.startsWith(`Source "${name}": its name must be`);
        }
        const fitsFunction = /^[a-zA-Z0-9-_]{1,64}$/.test(`${'p'.repeat(24)}-ingest-${name}`);
        return fitsFunction && encodeURIComponent(name) === name;
      }),
    );
  });
});
