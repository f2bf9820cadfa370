import fc from 'fast-check';
import type { WebhookRequest } from '../../../lambdas/core/request.ts';
import type { Provider } from '../../../lambdas/providers/provider.ts';
import type { CommonSettings } from '../../../lambdas/providers/shared/common-settings.ts';
import type { SecretCheck } from '../../../lambdas/verification/secret-check.ts';
import { reasonOf } from './rejections.ts';

/** A source that accepts these secrets and no other. */
export const secretsOf =
  (...secrets: readonly string[]): SecretCheck =>
  async (passes) =>
    secrets.some(passes);

/** The list changed in one place: something replaced by something else, taken out, or put in. */
const changed = <T>(list: readonly T[], another: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> => {
  const at = fc.nat({ max: list.length - 1 });
  return fc.oneof(
    fc
      .tuple(at, another)
      .filter(([index, other]) => list[index] !== other)
      .map(([index, other]) => list.with(index, other)),
    at.map((index) => list.toSpliced(index, 1)),
    fc.tuple(fc.nat({ max: list.length }), another).map(([index, other]) => list.toSpliced(index, 0, other)),
  );
};

/** The bytes changed in one place. */
export const changedBytes = (bytes: Buffer): fc.Arbitrary<Buffer> =>
  changed([...bytes], fc.integer({ min: 0, max: 255 })).map((list) => Buffer.from(list));

/**
 * The text changed in one place, printable ASCII and space. Not NUL: an HMAC fills its key up with them, so a secret with
 * one more at its end is the same key.
 */
export const changedText = (text: string): fc.Arbitrary<string> =>
  changed(
    [...text],
    fc.oneof(
      fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
      fc.constantFrom(...text),
    ),
  ).map((list) => list.join(''));

/** A request that a provider accepts, and what of it is under the signature. */
export interface Accepted<Settings extends CommonSettings> {
  readonly provider: Provider<Settings>;
  readonly settings: Settings;
  readonly request: WebhookRequest;
  /** Undefined for a source whose keys are settings. */
  readonly secret?: string;
  /** The headers of which not one character may be another. */
  readonly signedHeaders: readonly string[];
  /** Default: the body is signed. */
  readonly signedBody?: boolean;
  /** The places of the query that are signed, by name. Default: none. */
  readonly signedQuery?: readonly string[];
  /** A header with a list, in which white space and the kind of separator say nothing. Default: none. */
  readonly listHeader?: string;
}

/**
 * Holds that the request is accepted as it is, and that with its body, a signed header or the secret changed in any single
 * place, or a signed header left out, it is not.
 */
export const expectEveryChangeToCount = async <Settings extends CommonSettings>({
  provider,
  settings,
  request,
  secret,
  signedHeaders,
  signedBody = true,
  signedQuery = [],
  listHeader,
}: Accepted<Settings>): Promise<void> => {
  const verdict = (over: Partial<WebhookRequest>, key = secret ?? '') =>
    reasonOf(() => provider.authenticate({ ...request, ...over }, settings, secretsOf(key)));
  if ((await verdict({})) !== undefined) throw new Error('the request is not accepted as it is');

  const headers = request.headers as Readonly<Record<string, string>>;
  const changes: fc.Arbitrary<readonly [Partial<WebhookRequest>, string?]>[] = [
    ...(signedBody ? [changedBytes(request.body).map((body) => [{ body }] as const)] : []),
    ...signedHeaders.map((name) =>
      fc
        .oneof({ weight: 20, arbitrary: changedText(headers[name] ?? '') }, fc.constant(undefined))
        .filter(
          (value) => name !== listHeader || value?.replaceAll(' ', '').replaceAll(';', ',') !== headers[name],
        )
        .map((value) => [{ headers: { ...headers, [name]: value } }] as const),
    ),
    ...signedQuery.map((name) => {
      const url = new URL(request.url);
      return changedText(url.searchParams.get(name) ?? '').map((value) => {
        const other = new URL(url);
        other.searchParams.set(name, value);
        return [{ url: other.href }] as const;
      });
    }),
    ...(secret === undefined
      ? []
      : [
          changedText(secret)
            .filter((key) => bare(key) !== bare(secret))
            .map((key) => [{}, key] as const),
        ]),
  ];
  await fc.assert(
    fc.asyncProperty(fc.oneof(...changes), async ([over, key]) => (await verdict(over, key)) !== undefined),
    { numRuns: 300 * changes.length },
  );
};

/** Without padding and in one alphabet: base64 of the same key may be written in four ways. */
const bare = (secret: string): string => secret.replaceAll('=', '').replaceAll('-', '+').replaceAll('_', '/');
