import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Rejection } from '../../../../../lambdas/core/rejection.ts';
import type { IvvySettings } from '../../../../../lambdas/providers/ivvy/settings.ts';
import { ivvyAddressee } from '../../../../../lambdas/providers/ivvy/topic.ts';
import { checkSnsEnvelope, type SnsEnvelope } from '../../../../../lambdas/providers/shared/sns/envelope.ts';
import { type SnsFields, snsHandshake, snsNotification } from '../../../../../senders/sns.ts';
import { aRequest, RECEIVED_AT } from '../../../support/deliveries.ts';
import { ivvySource, SIGNED_AT, TOPIC } from '../../../support/ivvy.ts';
import { reasonOf } from '../../../support/rejections.ts';
import { anyText } from '../../../support/text.ts';

const SIGNATURE = { SignatureVersion: '1', Signature: 'c2lnbmF0dXJl' };
const NOTIFICATION: SnsFields = { ...snsNotification(TOPIC, 'a message', SIGNED_AT), ...SIGNATURE };
const SUBSCRIPTION: SnsFields = {
  ...snsHandshake('SubscriptionConfirmation', TOPIC, SIGNED_AT),
  ...SIGNATURE,
};
const UNSUBSCRIPTION: SnsFields = {
  ...snsHandshake('UnsubscribeConfirmation', TOPIC, SIGNED_AT),
  ...SIGNATURE,
};

interface Circumstances {
  readonly headers?: Readonly<Record<string, string>>;
  readonly settings?: Partial<IvvySettings>;
}

const check = (
  fields: SnsFields | string,
  { headers = {}, settings = {} }: Circumstances = {},
): SnsEnvelope => {
  const text = typeof fields === 'string' ? fields : JSON.stringify(fields);
  return checkSnsEnvelope(text, aRequest(text, { headers }), ivvyAddressee(ivvySource(settings)));
};

/** Why a notification with these fields in place of its own is turned away; `undefined` where it passes. */
const reasonFor = (fields: SnsFields, circumstances?: Circumstances) =>
  reasonOf(() => check({ ...NOTIFICATION, ...fields }, circumstances));

describe('what passes', () => {
  test('is each of the three that SNS sends', () => {
    for (const fields of [NOTIFICATION, SUBSCRIPTION, UNSUBSCRIPTION]) {
      const { Type, MessageId, TopicArn, Message, Timestamp, ...rest } = check(fields);
      expect(fields).toMatchObject({ Type, MessageId, TopicArn, Message, Timestamp, ...rest });
    }
  });

  test('is told apart by the fields that are signed, and nothing else goes on', () => {
    expect(Object.keys(check(NOTIFICATION)).sort()).toEqual([
      'Message',
      'MessageId',
      'Signature',
      'SignatureVersion',
      'SigningCertURL',
      'Timestamp',
      'TopicArn',
      'Type',
    ]);
    // What sns-validator would take as signed, were it there.
    const more = {
      ...NOTIFICATION,
      SubscribeURL: 'https://x',
      Token: 'y',
      SigningCertUrl: 'https://evil',
      extra: 1,
    };
    expect(check(more)).toEqual(check(NOTIFICATION));
    expect(Object.keys(check(SUBSCRIPTION))).toEqual(expect.arrayContaining(['Token', 'SubscribeURL']));
  });

  test('may have a Subject, and newlines in its Message', () => {
    expect(check({ ...NOTIFICATION, Subject: 'a b', Message: 'c\n\u0000d' })).toMatchObject({
      Subject: 'a b',
      Message: 'c\n\u0000d',
    });
    expect(check({ ...NOTIFICATION, Subject: '' }).Subject).toBe('');
  });

  test('has no Subject where that is null: it is not signed then', () => {
    expect('Subject' in check({ ...NOTIFICATION, Subject: null })).toBe(false);
  });

  test('says its type in the header as well, or not at all', async () => {
    expect(await reasonFor({}, { headers: { 'x-amz-sns-message-type': 'Notification' } })).toBeUndefined();
    for (const type of ['SubscriptionConfirmation', 'notification', ''])
      expect(await reasonFor({}, { headers: { 'x-amz-sns-message-type': type } })).toBe('body-shape');
  });
});

describe('raw message delivery', () => {
  test.each(['true', 'false', ''])('is refused whatever else it is: %j', async (value) => {
    expect(await reasonFor({}, { headers: { 'x-amz-sns-rawdelivery': value } })).toBe('raw-delivery');
    expect(await reasonOf(() => check('any text', { headers: { 'x-amz-sns-rawdelivery': value } }))).toBe(
      'raw-delivery',
    );
  });
});

describe('the shape', () => {
  test.each(['', 'text', '{', '\ufeff\ufeff{}'])('%j is no JSON', async (text) => {
    expect(await reasonOf(() => check(text))).toBe('body-not-json');
    expect(() => check(text)).toThrow('the body is not JSON');
  });

  test.each(['[]', '5', 'null', '"{}"', '{}', '{"Type":"Notification"}'])(
    '%s is no message',
    async (text) => {
      expect(await reasonOf(() => check(text))).toBe('body-shape');
    },
  );

  const SIGNED = {
    Notification: [
      NOTIFICATION,
      ['Type', 'MessageId', 'TopicArn', 'Message', 'Timestamp', 'SignatureVersion', 'SigningCertURL'],
    ],
    SubscriptionConfirmation: [
      SUBSCRIPTION,
      ['Type', 'MessageId', 'TopicArn', 'Message', 'Timestamp', 'Token', 'SubscribeURL'],
    ],
    UnsubscribeConfirmation: [UNSUBSCRIPTION, ['Type', 'Token', 'SubscribeURL']],
  } as const;

  test.each(
    Object.entries(SIGNED).flatMap(([type, [fields, names]]) =>
      names.map((name) => [type, name, fields] as const),
    ),
  )('%s: %s has to be there, and a string', async (_, name, fields) => {
    for (const value of [undefined, null, 5, true, ['x'], { x: 1 }])
      expect(await reasonOf(() => check({ ...fields, [name]: value }))).toBe('body-shape');
  });

  test.each([5, true, ['x'], { x: 1 }])('Subject may be absent, but not %j', async (Subject) => {
    expect(await reasonFor({ Subject })).toBe('body-shape');
  });

  test.each([
    'Type',
    'MessageId',
    'TopicArn',
    'Timestamp',
    'Token',
    'SubscribeURL',
    'SignatureVersion',
    'SigningCertURL',
    'Subject',
  ])('%s holds no control character and no line separator', async (name) => {
    for (const character of ['\n', '\r', '\u0000', '\t', '\u007f', '\u0085', '\u2028', '\u2029']) {
      const value = String(SUBSCRIPTION[name]);
      for (const spoilt of [
        value + character,
        character + value,
        value.slice(0, 3) + character + value.slice(3),
      ])
        expect(await reasonOf(() => check({ ...SUBSCRIPTION, [name]: spoilt }))).toBe('body-shape');
    }
  });

  test.each(['Message', 'Subject', 'TopicArn'])('%s holds no half of a surrogate pair', async (name) => {
    for (const half of ['\ud83d', '\ude00', '\ude00\ud83d']) {
      expect(() => check({ ...NOTIFICATION, [name]: `a${half}b` })).toThrow(
        `${name} holds half a surrogate pair`,
      );
      expect(await reasonFor({ [name]: `a${half}b` })).toBe('body-shape');
    }
  });

  test.each(['Whatever', 'notification', 'Notification ', 'Not', '', 'constructor'])(
    'Type is not %j',
    async (Type) => {
      expect(await reasonFor({ Type })).toBe('body-shape');
    },
  );

  test.each([
    '',
    '1bca0cbf-8790-506f-a983-52d7cc7d32d',
    '1bca0cbf-8790-506f-a983-52d7cc7d32d99',
    '1bca0cbf8790506fa98352d7cc7d32d9',
    '1BCA0CBF-8790-506F-A983-52D7CC7D32D9',
    '{1bca0cbf-8790-506f-a983-52d7cc7d32d9}',
    '01bca0cbf-8790-506f-a983-52d7cc7d32d9',
    'gbca0cbf-8790-506f-a983-52d7cc7d32d9',
  ])('MessageId is not %j', async (MessageId) => {
    expect(await reasonFor({ MessageId })).toBe('body-shape');
  });

  test.each([
    '',
    '1710115245',
    '2024-03-11',
    '2024-03-11 00:00:45.569Z',
    '2024-03-11T00:00:45Z',
    '2024-03-11T00:00:45.569',
    '2024-03-11T00:00:45.569+00:00',
    '2024-03-11T00:00:45.5690Z',
    '2024-13-11T00:00:45.569Z',
    '2024-03-11T25:00:45.569Z',
    '+002024-03-11T00:00:45.569Z',
    'Mon, 11 Mar 2024 00:00:45 GMT',
  ])('Timestamp is not %j', async (Timestamp) => {
    expect(await reasonFor({ Timestamp })).toBe('body-shape');
  });

  test('of a key that stands twice the last counts: it is the one that is checked, and that goes on', async () => {
    const text = JSON.stringify({ ...NOTIFICATION, Message: undefined });
    const twice = `${text.slice(0, -1)},"Message":"first","Message":"last"}`;
    expect(check(twice).Message).toBe('last');
    const spoilt = `${text.slice(0, -1)},"Message":"a","Type":"Notification","Type":"Whatever"}`;
    expect(await reasonOf(() => check(spoilt))).toBe('body-shape');
  });
});

describe('the signature', () => {
  test.each([undefined, ''])('is missing: %j', async (Signature) => {
    expect(await reasonFor({ Signature })).toBe('signature-missing');
  });

  test.each(['$', 'abc', 'abcde', 'ab=c', '====', 'YWJj\n', 'YWJj YWJj', 'YW_-', 'x'.repeat(1_028)])(
    'is none: %j',
    async (Signature) => {
      expect(await reasonFor({ Signature })).toBe('signature-malformed');
    },
  );

  test.each([5, null, {}])('has to be a string: %j', async (Signature) => {
    expect(await reasonFor({ Signature })).toBe('body-shape');
  });

  test('has version 1 or 2', async () => {
    expect(await reasonFor({ SignatureVersion: '2' })).toBeUndefined();
    for (const SignatureVersion of ['', '0', '3', '01', '1.0', '1 ', 'v1'])
      expect(await reasonFor({ SignatureVersion })).toBe('signature-malformed');
  });
});

describe('the topic', () => {
  /** A topic, with a certificate of its own region. */
  const ofTopic = (TopicArn: string) => ({
    TopicArn,
    SigningCertURL: String(NOTIFICATION.SigningCertURL).replace(
      'ap-southeast-2',
      TopicArn.split(':')[3] ?? '',
    ),
  });
  const named = (name: string) => ofTopic(`arn:aws:sns:ap-southeast-2:232528047142:${name}`);

  test.each([
    'iVvy_Account_14_d4959ffe27f4a760733babdf1fa7fbbd354d4f62_NotifCompanies',
    'iVvy_Account14_d4959ffe27f4a760733babdf1fa7fbbd354d4f62_NotifVenues',
    'iVvy_Account_14_d7_NotifARI',
  ])('may be called %s', async (name) => {
    expect(await reasonFor(named(name))).toBeUndefined();
  });

  test.each([
    'iVvy_Account_14_d7_Notif',
    'iVvy_Account_14_d7_Notif1',
    'iVvy_Account_14__NotifCompanies',
    'iVvy_Account_14_D7_NotifCompanies',
    'iVvy_Account_d7_NotifCompanies',
    'iVvy_Account_14_d7_NotifCompanies2',
    'iVvy_Account_14_d7_NotifCompanies-x',
    'x-iVvy_Account_14_d7_NotifCompanies',
    'ivvy_account_14_d7_notifcompanies',
    'iVvy_Account__14_d7_NotifCompanies',
    'alarms',
  ])('may not be called %s', async (name) => {
    expect(await reasonFor(named(name))).toBe('topic-not-allowed');
  });

  test.each([
    'iVvy_Account_15_d7_NotifCompanies',
    'iVvy_Account_1_d7_NotifCompanies',
    'iVvy_Account_014_d7_NotifCompanies',
    'iVvy_Account_140_d7_NotifCompanies',
  ])('%s is of another account', async (name) => {
    expect(await reasonFor(named(name))).toBe('account-not-allowed');
    expect(
      await reasonFor(named(name), { settings: { accountIds: ['14', '15', '1', '014', '140'] } }),
    ).toBeUndefined();
  });

  test('is of the right owner', async () => {
    expect(await reasonFor({ TopicArn: TOPIC.replace('232528047142', '232528047143') })).toBe(
      'topic-not-allowed',
    );
    expect(await reasonFor({}, { settings: { topicOwner: '232528047143' } })).toBe('topic-not-allowed');
  });

  test('is of an allowed region, and its certificate of the same', async () => {
    const elsewhere = TOPIC.replace('ap-southeast-2', 'us-west-2');
    const regions = ['ap-southeast-2', 'us-west-2'];
    expect(await reasonFor(ofTopic(elsewhere))).toBe('region-not-allowed');
    expect(await reasonFor(ofTopic(elsewhere), { settings: { regions } })).toBeUndefined();
    expect(await reasonFor({ TopicArn: elsewhere }, { settings: { regions } })).toBe(
      'certificate-url-not-allowed',
    );
  });

  test.each([
    '',
    'iVvy_Account_14_d7_NotifCompanies',
    TOPIC.replace('arn:aws:', 'arn:aws-cn:'),
    TOPIC.replace('arn:aws:', 'arn:aws-us-gov:'),
    TOPIC.replace(':sns:', ':sqs:'),
    TOPIC.toUpperCase(),
    ` ${TOPIC}`,
    `${TOPIC} `,
    `${TOPIC}:a97813c2-7724-4f18-97a5-afd41258bd44`,
    `${TOPIC}.fifo`,
    TOPIC.replace('232528047142', '2'),
    `${TOPIC}é`,
  ])('is not %j', async (TopicArn) => {
    expect(await reasonFor({ TopicArn })).toBe('topic-not-allowed');
  });

  test('is exactly one of those listed where topics are listed', async () => {
    const strange = 'arn:aws:sns:eu-west-2:111122223333:any-name-at-all';
    const settings = { topicArns: [strange] };
    expect(await reasonFor(ofTopic(strange), { settings })).toBeUndefined();
    expect(await reasonFor({}, { settings })).toBe('topic-not-allowed');
    for (const other of [`${strange}2`, strange.slice(0, -1), strange.replace('1111', '2222')])
      expect(await reasonFor(ofTopic(other), { settings })).toBe('topic-not-allowed');
    // Listed or not, the certificate is of the topic's own region.
    expect(await reasonFor({ TopicArn: strange }, { settings })).toBe('certificate-url-not-allowed');
  });
});

describe('the certificate', () => {
  const HEX = '60eadc530605d63b8e62a523676ef735';
  const HOST = 'sns.ap-southeast-2.amazonaws.com';

  test.each([
    '',
    `http://${HOST}/SimpleNotificationService-${HEX}.pem`,
    `https://sns.s3-ap-southeast-2.amazonaws.com/SimpleNotificationService-${HEX}.pem`,
    `https://sns.s3.amazonaws.com/SimpleNotificationService-${HEX}.pem`,
    `https://sns.s3-website-us-east-1.amazonaws.com/SimpleNotificationService-${HEX}.pem`,
    `https://s3.amazonaws.com/SimpleNotificationService-${HEX}.pem`,
    `https://sns.us-east-1.amazonaws.com/SimpleNotificationService-${HEX}.pem`,
    `https://sns.ap-southeast-2.amazonaws.com.cn/SimpleNotificationService-${HEX}.pem`,
    `https://sns.ap-southeast-2.amazonaws.com.evil.example/SimpleNotificationService-${HEX}.pem`,
    `https://evil.example/${HOST}/SimpleNotificationService-${HEX}.pem`,
    `https://${HOST}:443/SimpleNotificationService-${HEX}.pem`,
    `https://${HOST}:8443/SimpleNotificationService-${HEX}.pem`,
    `https://${HOST}./SimpleNotificationService-${HEX}.pem`,
    `https://user:pw@${HOST}/SimpleNotificationService-${HEX}.pem`,
    `https://${HOST}@evil.example/SimpleNotificationService-${HEX}.pem`,
    `https://${HOST}\\@evil.example/SimpleNotificationService-${HEX}.pem`,
    `https://${HOST.toUpperCase()}/SimpleNotificationService-${HEX}.pem`,
    `HTTPS://${HOST}/SimpleNotificationService-${HEX}.pem`,
    `https://ѕns.ap-southeast-2.amazonaws.com/SimpleNotificationService-${HEX}.pem`,
    `https://xn--ns-fmc.ap-southeast-2.amazonaws.com/SimpleNotificationService-${HEX}.pem`,
    `https://${HOST}//SimpleNotificationService-${HEX}.pem`,
    `https://${HOST}/x/../SimpleNotificationService-${HEX}.pem`,
    `https://${HOST}/%53impleNotificationService-${HEX}.pem`,
    `https://${HOST}/SimpleNotificationService-${HEX}.pem?x`,
    `https://${HOST}/?Action=ConfirmSubscription&y=SimpleNotificationService-${HEX}.pem`,
    `https://${HOST}/SimpleNotificationService-${HEX}.pem#x`,
    `https://${HOST}/SimpleNotificationService-${HEX}.pem `,
    `https://${HOST}/SimpleNotificationService-${HEX}.PEM`,
    `https://${HOST}/SimpleNotificationService-${HEX.toUpperCase()}.pem`,
    `https://${HOST}/SimpleNotificationService-${HEX.slice(1)}.pem`,
    `https://${HOST}/SimpleNotificationService-${HEX}0.pem`,
    `https://${HOST}/SimpleNotificationService.pem`,
    `https://${HOST}/evil.pem`,
    `//${HOST}/SimpleNotificationService-${HEX}.pem`,
  ])('is not at %s', async (SigningCertURL) => {
    expect(await reasonFor({ SigningCertURL })).toBe('certificate-url-not-allowed');
  });
});

describe('the time', () => {
  const at = (seconds: number) => ({
    Timestamp: new Date(RECEIVED_AT.getTime() - seconds * 1000).toISOString(),
  });

  test('may lie as long back as SNS tries, and a little more', async () => {
    expect(await reasonFor(at(0))).toBeUndefined();
    expect(await reasonFor(at(75 * 60))).toBeUndefined();
    expect(await reasonFor(at(75 * 60 + 1))).toBe('stale');
    expect(await reasonFor(at(25 * 365 * 86_400))).toBe('stale');
    expect(await reasonFor(at(61), { settings: { maxAge: 60 } })).toBe('stale');
  });

  test('may lie as far ahead as clocks differ', async () => {
    expect(await reasonFor(at(-300))).toBeUndefined();
    expect(await reasonFor(at(-301))).toBe('future');
  });
});

describe('nothing is thrown but a rejection', () => {
  const expectRejection = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      expect(error).toBeInstanceOf(Rejection);
      return;
    }
  };

  test('whatever the text is', () => {
    fc.assert(fc.property(anyText(), (text) => expectRejection(() => check(text))));
    fc.assert(fc.property(fc.json(), (text) => expectRejection(() => check(text))));
  });

  test('whatever one of the fields is, and what passes has no newline but in Message', () => {
    const name = fc.constantFrom(...Object.keys(SUBSCRIPTION), 'Subject');
    const value = fc.oneof(
      anyText(),
      fc.jsonValue(),
      fc.constantFrom(...Object.values(SUBSCRIPTION), ...Object.values(NOTIFICATION)),
      fc.tuple(fc.constantFrom(...Object.values(SUBSCRIPTION)), anyText(3)).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(NOTIFICATION, SUBSCRIPTION, UNSUBSCRIPTION),
        name,
        value,
        (fields, name, value) => {
          expectRejection(() => {
            const { Message: _, ...rest } = check({ ...fields, [name]: value });
            for (const passed of Object.values(rest)) expect(passed).not.toMatch(/[\n\r]/);
          });
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
