import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { parseSettings } from '../../../../../lambdas/core/source.ts';
import { explainRequest } from '../../../../../lambdas/providers/explain.ts';
import { sns } from '../../../../../lambdas/providers/sns/sns.ts';
import { aRequest } from '../../../support/deliveries.ts';
import { describeWith, sharedFolder } from '../../../support/shared-folder.ts';
import { startWorld, type World } from '../../../support/world.ts';

const FOLDER = 'vectors/sns';

describeWith(FOLDER, 'the trace of a genuine SNS message', () => {
  let world: World | undefined;
  afterEach(async () => {
    await world?.stop();
    world = undefined;
  });

  const files = readdirSync(sharedFolder(FOLDER)).filter((file) => file.endsWith('.json'));

  test.each(files)('%s: with its certificate it is decided, without it isn’t', async (file) => {
    const { message } = JSON.parse(readFileSync(join(sharedFolder(FOLDER), file), 'utf8'));
    const settings = parseSettings(sns.settings, 'orders', {
      name: 'orders',
      catalogue: { 'a.created': 'a.created' },
      eventName: 'text:a.created',
      topicArns: [message.TopicArn],
    });
    const certificate = basename(message.SigningCertURL).replace(/^\w+-/, '');
    world = await startWorld(readFileSync(join(sharedFolder(FOLDER), certificate), 'utf8'));
    const explained = (changed: object, online: boolean) =>
      explainRequest({
        request: aRequest(JSON.stringify({ ...message, ...changed }), {
          receivedAt: new Date(Date.parse(message.Timestamp) + 1_000),
        }),
        provider: sns,
        settings,
        secrets: [],
        online,
      });

    expect(await explained({}, false)).toMatchObject({
      outcome: { kind: 'undecided' },
      sns: { type: message.Type, topic: message.TopicArn, seconds: 1, envelope: 'passes' },
    });
    const isNotification = message.Type === 'Notification';
    const online = await explained({}, true);
    expect(online).toMatchObject({
      outcome: { kind: 'genuine', result: isNotification ? 'accepted' : 'confirmed' },
      handshake: !isNotification,
      sns: { signature: 'fits' },
    });
    expect(await explained({ Message: 'another' }, true)).toMatchObject({
      outcome: { reason: 'signature-mismatch' },
      sns: { signature: 'signature-mismatch' },
    });
    for (const secret of [message.Signature, message.UnsubscribeURL, message.SubscribeURL, message.Token]) {
      if (secret !== undefined) expect(JSON.stringify(online)).not.toContain(secret);
    }
  });
});
