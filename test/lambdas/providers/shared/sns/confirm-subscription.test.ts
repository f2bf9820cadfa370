import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { confirmSubscription } from '../../../../../lambdas/providers/shared/sns/confirm-subscription.ts';
import type { SnsEnvelope } from '../../../../../lambdas/providers/shared/sns/envelope.ts';
import { snsHandshake } from '../../../../../senders/sns.ts';
import { SIGNED_AT, TOPIC } from '../../../support/ivvy.ts';
import { reasonOf } from '../../../support/rejections.ts';
import { anyText, withChanged } from '../../../support/text.ts';
import { startWorld, type World } from '../../../support/world.ts';

type Handshake = SnsEnvelope & { readonly SubscribeURL: string; readonly Token: string };

const sent = snsHandshake('SubscriptionConfirmation', TOPIC, SIGNED_AT) as unknown as Handshake;
/** With the same token in every run, since the tests are called by it: mutation testing finds them by their names. */
const Token = '2336412f37fb687f957da65e7e52f5a9';
const HANDSHAKE: Handshake = { ...sent, Token, SubscribeURL: sent.SubscribeURL.replace(sent.Token, Token) };

describe('SubscribeURL', () => {
  /** Why it is turned away, and what was asked for. */
  const follow = async (SubscribeURL: string | undefined, over: Partial<SnsEnvelope> = {}) => {
    const asked: string[] = [];
    const reason = await reasonOf(() =>
      confirmSubscription(
        { ...HANDSHAKE, ...over, ...(SubscribeURL !== undefined && { SubscribeURL }) },
        async (url) => {
          asked.push(url.href);
          return { status: 200, text: '' };
        },
      ),
    );
    return { reason, asked };
  };

  const { SubscribeURL } = HANDSHAKE;
  const HOST = 'sns.ap-southeast-2.amazonaws.com';

  test('is followed as SNS writes it', async () => {
    expect(await follow(SubscribeURL)).toEqual({ reason: undefined, asked: [SubscribeURL] });
  });

  test('is followed with its parts in another order, escaped or not', async () => {
    const escaped = `https://${HOST}/?Token=${Token}&TopicArn=${encodeURIComponent(TOPIC)}&Action=ConfirmSubscription`;
    expect(await follow(escaped)).toEqual({ reason: undefined, asked: [escaped] });
  });

  const query = SubscribeURL.slice(SubscribeURL.indexOf('?'));
  test.each([
    '',
    'no URL',
    `http://${HOST}/${query}`,
    `https://${HOST}:8443/${query}`,
    `https://user@${HOST}/${query}`,
    `https://user:pw@${HOST}/${query}`,
    `https://:pw@${HOST}/${query}`,
    `https://${HOST}@evil.example/${query}`,
    `https://${HOST}.evil.example/${query}`,
    `https://${HOST}./${query}`,
    `https://evil.example/${query}`,
    `https://evil.example\\@${HOST}/${query}`,
    `https://sns.us-east-1.amazonaws.com/${query}`,
    `https://sns.s3-ap-southeast-2.amazonaws.com/${query}`,
    `https://169.254.169.254/${query}`,
    `https://localhost/${query}`,
    `https://[::1]/${query}`,
    `https://${HOST}/x${query}`,
    `https://${HOST}/%2f${query}`,
    `https://${HOST}//evil.example/${query}`,
    `file:///etc/passwd${query}`,
    `javascript:alert(1)//${query}`,
    SubscribeURL.replace('ConfirmSubscription', 'Unsubscribe'),
    SubscribeURL.replace('ConfirmSubscription', 'confirmsubscription'),
    SubscribeURL.replace('Action=ConfirmSubscription', ''),
    `${SubscribeURL}&Action=DeleteTopic`,
    `${SubscribeURL}&Action=ConfirmSubscription`,
    `${SubscribeURL}&TopicArn=${TOPIC}`,
    `${SubscribeURL}&Token=x`,
    SubscribeURL.replace(TOPIC, `${TOPIC}2`),
    SubscribeURL.replace(TOPIC, ''),
    SubscribeURL.replace(Token, `${Token}2`),
    SubscribeURL.replace(`&Token=${Token}`, ''),
    SubscribeURL.replace('Token=', 'token='),
  ])('is not followed: %s', async (url) => {
    expect(await follow(url)).toEqual({ reason: 'subscribe-url-not-allowed', asked: [] });
  });

  test('is not followed where the message has none', async () => {
    const { SubscribeURL: _, ...without } = HANDSHAKE;
    const asked: URL[] = [];
    const reason = await reasonOf(() =>
      confirmSubscription(without, async (url) => {
        asked.push(url);
        return { status: 200, text: '' };
      }),
    );
    expect([reason, asked]).toEqual(['subscribe-url-not-allowed', []]);
  });

  test('is not followed without a token, not even for a message without one', async () => {
    const { Token: _, ...without } = {
      ...HANDSHAKE,
      SubscribeURL: SubscribeURL.replace(`&Token=${Token}`, ''),
    };
    const reason = await reasonOf(() =>
      confirmSubscription(without, async () => ({ status: 200, text: '' })),
    );
    expect(reason).toBe('subscribe-url-not-allowed');
  });

  test('is not followed for another topic or token than was signed', async () => {
    expect((await follow(SubscribeURL, { TopicArn: `${TOPIC}2` })).asked).toEqual([]);
    expect((await follow(SubscribeURL, { Token: `${Token}2` })).asked).toEqual([]);
  });

  test('whatever it is, nobody but SNS in the topic’s region is ever asked, and only to confirm this', async () => {
    const url = fc.oneof(
      anyText(),
      fc.tuple(fc.nat(), fc.nat()).map(([at, by]) => withChanged(SubscribeURL, at, by)),
      fc.tuple(fc.nat(), anyText(4)).map(([at, text]) => {
        const cut = at % SubscribeURL.length;
        return SubscribeURL.slice(0, cut) + text + SubscribeURL.slice(cut);
      }),
    );
    await fc.assert(
      fc.asyncProperty(url, async (url) => {
        const { asked } = await follow(url);
        for (const href of asked) {
          const { origin, pathname, searchParams } = new URL(href);
          expect(origin + pathname).toBe(`https://${HOST}/`);
          expect(searchParams.getAll('Action')).toEqual(['ConfirmSubscription']);
          expect(searchParams.getAll('TopicArn')).toEqual([TOPIC]);
          expect(searchParams.getAll('Token')).toEqual([Token]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('SNS', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterEach(() => world.outside.behave());
  afterAll(() => world.stop());

  test('is told of this topic and this token, once', async () => {
    await confirmSubscription(HANDSHAKE);
    expect(world.outside.confirmations).toEqual([{ topicArn: TOPIC, token: HANDSHAKE.Token }]);
  });

  test.each([400, 403, 404, 500, 204, 'redirect', 'reset', 'huge'] as const)(
    '%s: not confirmed, and to be tried again',
    async (how) => {
      world.outside.misbehave('confirmation', how);
      const before = world.outside.requests.length;
      expect(await reasonOf(() => confirmSubscription(HANDSHAKE))).toBe('confirmation-failed');
      expect(world.outside.requests).toHaveLength(before + 1);
      world.outside.behave();
      expect(await reasonOf(() => confirmSubscription(HANDSHAKE))).toBeUndefined();
    },
  );

  test('out of reach is told in the log', async () => {
    const cause = new Error('ECONNREFUSED');
    await expect(confirmSubscription(HANDSHAKE, () => Promise.reject(cause))).rejects.toMatchObject({
      cause,
    });
  });

  test('silent: given up after five seconds', async () => {
    world.outside.misbehave('confirmation', 'hang');
    const started = performance.now();
    expect(await reasonOf(() => confirmSubscription(HANDSHAKE))).toBe('confirmation-failed');
    expect(performance.now() - started).toBeLessThan(6_000);
  }, 10_000);
});
