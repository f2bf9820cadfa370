import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { ivvy } from '../../../../../lambdas/providers/ivvy/ivvy.ts';
import { ivvyAddressee } from '../../../../../lambdas/providers/ivvy/topic.ts';
import { checkSnsEnvelope } from '../../../../../lambdas/providers/shared/sns/envelope.ts';
import { verifySns } from '../../../../../lambdas/providers/shared/sns/signature.ts';
import { aRequest } from '../../../support/deliveries.ts';
import { ivvySource } from '../../../support/ivvy.ts';
import { reasonOf } from '../../../support/rejections.ts';
import { describeWith, sharedFolder } from '../../../support/shared-folder.ts';
import { startWorld, type World } from '../../../support/world.ts';

// Messages that SNS itself signed, with the certificates that it signed them with.

const FOLDER = 'vectors/sns';

interface Message extends Readonly<Record<string, string>> {
  readonly TopicArn: string;
  readonly Message: string;
  readonly Timestamp: string;
  readonly SigningCertURL: string;
}

describeWith(FOLDER, 'genuine SNS messages', () => {
  let world: World;
  afterEach(() => world.stop());

  const read = (file: string): Message =>
    JSON.parse(readFileSync(join(sharedFolder(FOLDER), file), 'utf8')).message;

  const withCertificateOf = async ({ SigningCertURL }: Message): Promise<void> => {
    world = await startWorld(
      readFileSync(join(sharedFolder(FOLDER), basename(SigningCertURL).replace(/^\w+-/, '')), 'utf8'),
    );
  };

  const receivedAt = ({ Timestamp }: Message): Date => new Date(Date.parse(Timestamp) + 1_000);

  const reason = (message: Message) => {
    const text = JSON.stringify(message);
    const settings = ivvySource({ topicArns: [message.TopicArn] });
    const request = aRequest(text, { receivedAt: receivedAt(message) });
    return reasonOf(() => verifySns(checkSnsEnvelope(text, request, ivvyAddressee(settings))));
  };

  const files = readdirSync(sharedFolder(FOLDER)).filter((file) => file.endsWith('.json'));

  test.each(files)('%s verifies, and does not with one character changed', async (file) => {
    const message = read(file);
    await withCertificateOf(message);
    expect(await reason(message)).toBeUndefined();
    const changed = {
      ...message,
      Message: message.Message.replace(/.$/s, (last) => (last === 'x' ? 'y' : 'x')),
    };
    expect(await reason(changed)).toBe('signature-mismatch');
  });

  test('the documented notification of iVvy is accepted as a whole', async () => {
    const message = read('ivvy-notification-v1.json');
    await withCertificateOf(message);
    const request = aRequest(JSON.stringify(message), { receivedAt: receivedAt(message) });
    const secrets = () => Promise.reject(new Error('iVvy has no secret'));
    const { outcome } = await ivvy.authenticate(request, ivvySource({ innerSignature: 'off' }), secrets);
    expect(outcome).toBe('accepted');
  });
});
