import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type SnsFields,
  signSns,
  snsHandshake,
  snsNotification,
  snsRequest,
  stringToSign,
} from '../../../senders/sns.ts';
import {
  EVIL_TOPIC,
  GENUINE_SNS,
  innerText,
  SNS_FORGERIES,
  SNS_SOURCES,
  TOPIC,
} from './support/forged-sns.ts';
import { readings } from './support/recut.ts';
import { underAttack } from './support/under-attack.ts';

const { localStack, post } = underAttack({ sources: SNS_SOURCES }, GENUINE_SNS, SNS_FORGERIES);

describe('what SNS signed, cut into fields in another place', () => {
  // SNS signs names and values joined by newlines, and whoever publishes to a topic of his own has his way with Message
  // and Subject: with what stands in them, the same signed text reads as another message, of iVvy's topic.
  const message = () => ({
    Message: innerText(localStack().keys),
    MessageId: randomUUID(),
    SubscribeURL: `https://sns.ap-southeast-2.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=x`,
    Timestamp: new Date().toISOString(),
    Token: 'x',
    TopicArn: TOPIC,
  });
  /** What the attacker publishes: the lines of a message of iVvy's, some left out, some put in. */
  interface Publication {
    readonly type: string;
    readonly without: readonly string[];
    readonly more: readonly (readonly [at: number, line: string])[];
    readonly subject: string | undefined;
    readonly topic: string;
  }
  const publication: fc.Arbitrary<Publication> = fc.record({
    type: fc.constantFrom('Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'),
    without: fc.subarray(['SubscribeURL', 'Token', 'MessageId', 'Timestamp', 'TopicArn', 'Type']),
    more: fc.array(
      fc.tuple(fc.nat(), fc.constantFrom('Type', 'Notification', 'Subject', 'TopicArn', TOPIC, 'x')),
      { maxLength: 4 },
    ),
    subject: fc.constantFrom(undefined, 'x', `x\nTimestamp\ny\nTopicArn\n${TOPIC}\nType\nNotification`),
    topic: fc.constantFrom(EVIL_TOPIC, TOPIC),
  });
  const published = ({ type, without, more, subject, topic }: Publication): SnsFields => {
    const fields = Object.entries({ ...message(), Type: type }).filter(([name]) => !without.includes(name));
    // The name of the first field is the one that SNS writes.
    const text = more.reduce(
      (all, [at, line]) => all.toSpliced(1 + (at % all.length), 0, line),
      fields.flat().slice(1),
    );
    return {
      ...snsNotification(topic, text.join('\n')),
      ...(subject !== undefined && { Subject: subject }),
    };
  };

  const handshakeFields = ['SubscribeURL', 'Token'];
  const whole = { without: [], more: [], subject: undefined, topic: EVIL_TOPIC };
  const examples: readonly Publication[] = [
    { ...whole, type: 'Notification', without: handshakeFields },
    { ...whole, type: 'Notification', without: [...handshakeFields, 'Type'] },
    { ...whole, type: 'Notification', without: [...handshakeFields, 'TopicArn', 'Type'], topic: TOPIC },
    { ...whole, type: 'SubscriptionConfirmation' },
    // The end of the text, hidden in a Subject between MessageId and Timestamp.
    {
      ...whole,
      type: 'Notification',
      without: [...handshakeFields, 'Timestamp', 'TopicArn', 'Type'],
      more: [[2, 'Subject']],
      topic: TOPIC,
    },
    {
      ...whole,
      type: 'Notification',
      without: handshakeFields,
      subject: `x\nTimestamp\ny\nTopicArn\n${TOPIC}\nType\nNotification`,
    },
  ];

  test('is refused, wherever it is cut', async () => {
    let ofOurTopic = 0;
    await fc.assert(
      fc.asyncProperty(publication, async (plan) => {
        const fields = published(plan);
        const signed = signSns(fields, localStack().keys.pki.sns.key);
        const text = stringToSign(signed);
        for (const reading of readings(text)) {
          const recut = {
            ...reading,
            SignatureVersion: '1',
            Signature: signed.Signature,
            SigningCertURL: fields.SigningCertURL,
          };
          expect(stringToSign(recut)).toBe(text);
          const isAsSigned = Object.entries(reading).every(([name, value]) => fields[name] === value);
          if (isAsSigned && fields.TopicArn === TOPIC) continue;
          if (String(reading.TopicArn).startsWith(TOPIC)) ofOurTopic++;
          // The header that many receivers go by: an attacker writes what he likes.
          const [type = ''] = String(reading.Type).split('\n');
          for (const header of [[['x-amz-sns-message-type', type]], []]) {
            const headers = Object.fromEntries(header);
            const outcome = await post('ivvy', { headers, body: JSON.stringify(recut) });
            expect(outcome).toMatchObject({ sent: 0, asked: [] });
            // Never for the signature: that one is good.
            expect(['body-shape 400', 'topic-not-allowed 403']).toContain(
              `${outcome.reasons} ${outcome.status}`,
            );
          }
        }
      }),
      { numRuns: 20, examples: examples.map((example) => [example]) },
    );
    expect(ofOurTopic).toBeGreaterThan(10);
  });
});

describe('a certificate that SNS does not have', () => {
  test('costs one question at SNS itself and lets nobody in', async () => {
    const { outside } = localStack().localStack;
    const path = '/SimpleNotificationService-00000000000000000000000000000000.pem';
    const host = 'sns.ap-southeast-2.amazonaws.com';
    const request = GENUINE_SNS[0]?.sign(localStack().keys);
    const body = JSON.parse(String(request?.body));
    outside.misbehave('certificate', 404);
    try {
      const outcome = await post('ivvy', {
        body: JSON.stringify({ ...body, SigningCertURL: `https://${host}${path}` }),
      });
      // It may be there in a minute: SNS is to come again.
      expect(outcome).toMatchObject({
        status: 503,
        reasons: ['certificate-unavailable'],
        sent: 0,
        asked: [host + path],
      });
    } finally {
      outside.behave();
    }
  });
});

test('a handshake that is answered with a redirect is followed nowhere', async () => {
  const { outside } = localStack().localStack;
  outside.misbehave('confirmation', 'redirect');
  try {
    const request = snsRequest(
      signSns(snsHandshake('SubscriptionConfirmation', TOPIC), localStack().keys.pki.sns.key),
    );
    const { asked, ...outcome } = await post('ivvy', request);
    expect(outcome).toMatchObject({ status: 503, reasons: ['confirmation-failed'], sent: 0 });
    expect(asked).toEqual([expect.stringMatching(/^sns\.ap-southeast-2\.amazonaws\.com\/\?Action=Confirm/)]);
    expect(outside.confirmations).toEqual([]);
  } finally {
    outside.behave();
  }
});
