import { ivvyTopic } from '../../senders/ivvy.ts';
import type { SignedRequest } from '../../senders/sender.ts';
import type { Forgery, SourceName } from './schedule.ts';
import { createKeys, type Happening, PROVIDERS, type Signing, signHandshake } from './senders.ts';

/** What is forged bears numbers from here on, and nothing else does. */
export const FORGED = 100_000;

const NOBODYS_SECRET = `whsec_${Buffer.from('the secret of nobody at all, ever').toString('base64')}`;
const STRANGERS_TOPIC = ivvyTopic().replace('232528047142', '111122223333');
const strangersKeys = createKeys();

/** What a provider's delivery must not be older than, nor further ahead, in ms; by default that is 5 minutes and an hour. */
const OUT_OF_TIME = 2 * 60 * 60_000;

/** The sources whose providers sign when they sign. */
const SIGN_THEIR_TIME: ReadonlySet<SourceName> = new Set(['ivvy', 'augustus']);

/**
 * A delivery that must not be accepted.
 *
 * @param right how the provider itself signs at this time.
 * @param revoked gives a secret that the source no longer takes.
 */
export const forged = (
  { source, how }: { readonly source: SourceName; readonly how: Forgery },
  happening: Happening,
  right: Signing,
  revoked: () => string,
): SignedRequest => {
  const sign = (other: Partial<Signing> = {}) => PROVIDERS[source].sign(happening, { ...right, ...other });
  const isOfTime = how === 'stale' || how === 'future';
  if (isOfTime && SIGN_THEIR_TIME.has(source))
    return sign({ now: right.now + (how === 'stale' ? -OUT_OF_TIME : OUT_OF_TIME) });
  if (how === 'key' || isOfTime) return sign({ secret: NOBODYS_SECRET, keys: strangersKeys.signing });
  if (how === 'revoked')
    return source === 'ivvy' ? sign({ topicArn: STRANGERS_TOPIC }) : sign({ secret: revoked() });
  if (how === 'bare' && source === 'ivvy') {
    const token = `forged-${happening.event}`;
    return signHandshake(token, { ...right, keys: strangersKeys.signing }, ivvyTopic());
  }
  const signed = sign();
  // Avaza signs no body: what stands for a signature is changed instead.
  if (how === 'bare' || source === 'avaza') return { ...signed, headers: {} };
  return {
    ...signed,
    body: Buffer.from(signed.body.toString().replace(String(happening.event), String(happening.event + 1))),
  };
};
