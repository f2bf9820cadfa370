import { Rejection } from '../core/rejection.ts';
import type { WebhookRequest } from '../core/request.ts';
import { type Hidden, withQuery } from './hide-secrets.ts';
import type { SecretCheck } from './secret-check.ts';
import { secretHash } from './secret-hash.ts';

type HiddenRequest = Hidden & Pick<WebhookRequest, 'path'>;

/**
 * Puts hashes in place of the source's secrets wherever they are in the headers, the URL and the path: a sender may have its
 * secret in a place that the declaration does not name.
 *
 * @param secrets those of the source. None is found if none is set, or none can be loaded.
 */
export const hideKnownSecrets = async (
  { headers, url, path, hashed }: HiddenRequest,
  secrets: SecretCheck,
): Promise<HiddenRequest> => {
  const known = (await acceptedBy(secrets)).flatMap((secret) =>
    [secret, Buffer.from(secret).toString('base64')]
      .flatMap((form) => [form, encodeURIComponent(form)])
      .map((form) => [form, secretHash(secret)] as const),
  );
  const hide = (text: string): string =>
    known.reduce((rest, [form, itsHash]) => rest.replaceAll(form, itsHash), text);
  const places = new Set(hashed);
  const hideAt = (place: string, text: string): string => {
    const hidden = hide(text);
    if (hidden !== text) places.add(place);
    return hidden;
  };
  return {
    headers: mapTexts(headers, (name, text) => hideAt(`header:${name}`, text)),
    url: hide(withQuery(url, (name, value) => hideAt(`query:${name}`, value))),
    path: mapTexts(path, (_, text) => hide(text)),
    hashed: places,
  };
};

const acceptedBy = async (secrets: SecretCheck): Promise<readonly string[]> => {
  const accepted: string[] = [];
  try {
    await secrets((secret) => {
      accepted.push(secret);
      return false;
    });
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
  }
  return accepted;
};

const mapTexts = (
  texts: Readonly<Record<string, string | undefined>>,
  change: (name: string, text: string) => string,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[name, change(name, text)]])),
  );
