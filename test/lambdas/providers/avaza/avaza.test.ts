import { describe, expect, test } from '@jest/globals';
import { parseSettings } from '../../../../lambdas/core/source.ts';
import { avaza } from '../../../../lambdas/providers/avaza/avaza.ts';
import { avazaCatalogue, idFields } from '../../../../lambdas/providers/avaza/catalogue.ts';
import { avazaSettings } from '../../../../lambdas/providers/avaza/settings.ts';
import { entitiesOf, meaningOf } from '../../../../lambdas/providers/shared/catalogue.ts';
import { aRequest } from '../../support/deliveries.ts';
import { reasonOf } from '../../support/rejections.ts';
import { expectEveryChangeToCount, secretsOf } from '../../support/tampering.ts';
import { expectUnrecognized } from '../../support/unrecognized.ts';

const SECRET = 'avaza:a-long-random-secret';
const settings = parseSettings(avazaSettings, 'avaza', {});
const TIMESHEET =
  '{"TimeSheetEntryID":18528,"Duration":4.0000,"DateCreated":"2016-05-23T05:25:36.53Z","DateUpdated":"2016-05-23T05:25:36.53Z"}';

const basic = (secret: string) => `Basic ${Buffer.from(secret).toString('base64')}`;

const authenticate = (body: string | Buffer, authorization: string | undefined = basic(SECRET)) =>
  avaza.authenticate(
    aRequest(body, { headers: { authorization }, path: { event: 'timesheet_created' } }),
    settings,
    secretsOf(SECRET),
  );

const interpret = (event: string, body: string) =>
  avaza.interpret({ body, headers: {}, path: { event } }, settings);

describe('the secret of Avaza', () => {
  test.each([SECRET, 'a-secret-without-a-colon', 'a secret with späces'])(
    '%s is taken as it is',
    async (secret) => {
      const request = aRequest('[]', { headers: { authorization: basic(secret) } });
      expect(await avaza.authenticate(request, settings, secretsOf('another-secret', secret))).toEqual({
        outcome: 'empty',
      });
    },
  );

  test('counts to the last character, and so does all around it', () =>
    expectEveryChangeToCount({
      provider: avaza,
      settings,
      request: aRequest('[]', { headers: { authorization: basic(SECRET) } }),
      secret: SECRET,
      signedHeaders: ['authorization'],
      signedBody: false,
    }));

  test('is missing or another', async () => {
    const reason = (authorization: string) => reasonOf(() => authenticate('[]', authorization));
    expect(await reasonOf(() => avaza.authenticate(aRequest('[]'), settings, secretsOf(SECRET)))).toBe(
      'signature-missing',
    );
    expect(await reason('')).toBe('signature-missing');
    for (const unlike of [
      SECRET,
      'Basic',
      basic(SECRET).replace('Basic', 'basic'),
      basic(SECRET).replace('Basic', 'Bearer'),
    ])
      expect(await reason(unlike)).toBe('signature-malformed');
    for (const other of ['Basic ', basic(''), basic(`${SECRET}:`), `${basic(SECRET)},${basic(SECRET)}`])
      expect(await reason(other)).toBe('signature-mismatch');
  });
});

describe('the body of Avaza', () => {
  test.each(['x', '{}', TIMESHEET, '[5]', '[1.0]', '[null]', `[${TIMESHEET},[]]`])(
    'is stored though not understood: %s',
    async (body) => {
      const request = aRequest(body, {
        headers: { authorization: basic(SECRET) },
        path: { event: 'task_created' },
      });
      expect((await expectUnrecognized(avaza, settings, request, SECRET)).data).toBe(body);
    },
  );

  test('is an array, and what is told is its item', () => {
    const [event, ...more] = interpret('timesheet_created', `[${TIMESHEET}]`);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      name: 'timesheet_created',
      identity: ['timesheet_created', '18528', '2016-05-23T05:25:36.53Z'],
      entityId: '18528',
    });
    expect(JSON.stringify(event?.data)).toBe(TIMESHEET);
  });

  test('names no time of the event: an old record may be deleted today', () => {
    for (const name of Object.keys(avazaCatalogue))
      expect(interpret(name, `[${TIMESHEET}]`)[0]?.time).toBeUndefined();
  });

  test('may hold no item, or several', async () => {
    expect(interpret('timesheet_created', '[]')).toEqual([]);
    expect(await authenticate('[]')).toEqual({ outcome: 'empty' });
    expect(interpret('task_created', '[{"TaskID":1},{"TaskID":2}]').map(({ entityId }) => entityId)).toEqual([
      '1',
      '2',
    ]);
  });

  test('tells events apart by all of it where it has no id or no DateUpdated', () => {
    const identity = (event: string, item: string) =>
      JSON.stringify(interpret(event, `[${item}]`)[0]?.identity);
    const identities = [
      identity('task_deleted', '{"TaskID":1}'),
      identity('task_deleted', '{"TaskID":2}'),
      identity('task_deleted', '{"TaskID":2,"Title":"a"}'),
      identity('task_updated', '{"TaskID":1}'),
      identity('task_updated', '{"TaskID":1,"DateUpdated":"2016-05-23T05:25:36.53Z"}'),
      identity('task_updated', '{"TaskID":1,"DateUpdated":"2016-05-23T05:25:36.54Z"}'),
      identity('task_updated', '{"DateUpdated":"2016-05-23T05:25:36.54Z"}'),
      identity('task_updated', '{"DateUpdated":"2016-05-23T05:25:36.54Z","Title":"a"}'),
    ];
    expect(new Set(identities).size).toBe(identities.length);
    expect(identity('task_deleted', '{ "TaskID" : 1 }')).toBe(identities[0]);
  });
});

test('a delivery whose URL names no event is not understood', async () => {
  const nameless = { body: '[]', headers: {}, path: {} };
  expect(await reasonOf(() => avaza.interpret(nameless, settings))).toBe('body-shape');
});

describe('the events of Avaza', () => {
  test('are 21', () => {
    expect(Object.keys(avazaCatalogue)).toHaveLength(21);
    for (const name of Object.keys(avazaCatalogue))
      expect(meaningOf(avazaCatalogue, name)).toEqual({
        entity: name.split('_')[0],
        action: name.split('_')[1],
      });
  });

  test.each([
    ['company_created', 'CompanyID'],
    ['contact_deleted', 'ContactID'],
    ['invoice_sent', 'TransactionID'],
    ['invoice_paid', 'InvoiceID'],
    ['bill_updated', 'TransactionID'],
    ['bill_created', 'BillID'],
    ['project_updated', 'ProjectID'],
    ['task_deleted', 'TaskID'],
    ['timesheet_updated', 'TimeSheetEntryID'],
    ['timesheet_updated', 'TimesheetEntryID'],
  ])('%s keeps its id in %s', (event, field) => {
    expect(interpret(event, `[{"${field}":12345678901234567890}]`)[0]?.entityId).toBe('12345678901234567890');
  });

  test('are of entities for each of which it is known where the id stands', () => {
    expect(Object.keys(idFields)).toEqual(entitiesOf(avazaCatalogue));
  });

  test('one that is not listed is an event all the same', () => {
    expect(interpret('estimate_created', '[{"EstimateID":1}]')).toMatchObject([
      { name: 'estimate_created', entityId: undefined, data: { EstimateID: 1 } },
    ]);
    expect(meaningOf(avazaCatalogue, 'estimate_created')).toBeUndefined();
  });
});
