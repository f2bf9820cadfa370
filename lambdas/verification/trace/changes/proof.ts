import type { ProofForm } from '../../proof.ts';
import type { Scheme } from '../../scheme.ts';
import { type LocatedText, proofCandidates } from '../candidates.ts';
import type { Change } from '../change.ts';
import { formOf, knownPrefix } from '../text-form.ts';

/** Other ways to write the proof, and other places where one may stand. */
export const proofChanges = (scheme: Scheme, texts: readonly LocatedText[]): readonly Change[] => {
  const { proof, method } = scheme;
  if (proof.versions !== undefined) return headerPrefixes(scheme, texts);
  if (proof.encoding === 'text') return method.form.kind === 'token' ? tokenChanges(proof, texts) : [];
  return [...encodings(proof, texts), ...prefixes(proof, texts), ...elsewhere(proof, texts)];
};

const change = (code: string, says: string, proof: Partial<ProofForm>, set?: Change['set']): Change => ({
  code,
  subject: 'proof',
  says,
  ...(set !== undefined && { set }),
  apply: (attempt) => ({
    ...attempt,
    // Another algorithm gives the proof another length.
    scheme: { ...attempt.scheme, proof: { ...attempt.scheme.proof, ...proof } },
  }),
});

/** Standard Webhooks, with the three headers under other names: `svix-id` for `webhook-id`. */
const headerPrefixes = (
  { proof, content, time }: Scheme,
  texts: readonly LocatedText[],
): readonly Change[] => {
  const declared = HEADERS.exec(proof.at[0] ?? '')?.[1] ?? '';
  const others = texts.flatMap(({ at }) => HEADERS.exec(at)?.[1] ?? []);
  const renamed = (text: string, prefix: string) => text.replaceAll(declared, prefix);
  return [...new Set(others)]
    .filter((prefix) => declared !== '' && prefix !== declared)
    .map((prefix) => ({
      code: 'headers-with-another-prefix',
      subject: 'proof',
      says: `It fits with the headers that begin with ${prefix}, not ${declared}.`,
      set: { headerPrefix: prefix },
      apply: (attempt) => ({
        ...attempt,
        scheme: {
          ...attempt.scheme,
          proof: { ...proof, at: proof.at.map((at) => renamed(at, prefix)) },
          content: content && renamed(content, prefix),
          time: time && { ...time, at: renamed(time.at, prefix) },
        },
      }),
    }));
};

const HEADERS = /^header:([a-z][a-z0-9-]*-)signature$/;

const encodings = (
  { at, encoding, bytes, prefix }: ProofForm,
  texts: readonly LocatedText[],
): readonly Change[] => {
  const others = (['hex', 'base64'] as const).filter((one) => one !== encoding && encoding !== 'any');
  const isUnusual = texts
    .filter((one) => at.includes(one.at))
    .some(({ text }) => !USUAL.has(formOf(text.startsWith(prefix) ? text.slice(prefix.length) : text).is));
  return [
    ...others.map((other) =>
      change(
        `signature-${other}`,
        `It fits if the signature is read as ${other}: the sender writes it in ${other}.`,
        { encoding: other },
        { encoding: other },
      ),
    ),
    ...(bytes === undefined || encoding === 'any' || !isUnusual
      ? []
      : [
          change(
            'signature-another-alphabet',
            `It fits if the signature is read leniently: ${LENIENTLY}. Something on its way rewrites it.`,
            { encoding: 'any' },
          ),
        ]),
  ];
};

const LENIENTLY =
  'with white space around it, in hex of mixed case, or in base64 without padding or of the URL-safe alphabet';

const USUAL: ReadonlySet<string> = new Set(['hex', 'base64']);

const prefixes = (proof: ProofForm, texts: readonly LocatedText[]): readonly Change[] => {
  const known = new Set(texts.filter(({ at }) => proof.at.includes(at)).map(({ text }) => knownPrefix(text)));
  return [...new Set(['', ...known])]
    .filter((prefix) => prefix !== proof.prefix)
    .map((prefix) =>
      change(
        prefix === '' ? 'signature-without-prefix' : 'signature-with-prefix',
        prefix === ''
          ? `It fits without ${JSON.stringify(proof.prefix)} before the signature: the sender writes none.`
          : `It fits with ${JSON.stringify(prefix)} before the signature.`,
        { prefix },
        { prefix },
      ),
    );
};

const elsewhere = (proof: ProofForm, texts: readonly LocatedText[]): readonly Change[] =>
  proofCandidates(texts)
    .filter(({ at }) => !proof.at.includes(at))
    .filter(({ bytes }) => proof.bytes === undefined || proof.bytes === bytes)
    .slice(0, MAX_ELSEWHERE)
    .map(({ at, prefix, encoding }) =>
      change(
        'signature-elsewhere',
        `It fits the signature at ${at}: the declaration names another place.`,
        { at: [at], prefix, encoding },
        { signature: at, prefix, encoding },
      ),
    );

const MAX_ELSEWHERE = 10;

/** A token in another place, or behind another text. */
const tokenChanges = (proof: ProofForm, texts: readonly LocatedText[]): readonly Change[] =>
  texts
    .filter(({ text }) => text.length <= 1_000)
    .flatMap(({ at, text }) => [...new Set([knownPrefix(text), ''])].map((prefix) => ({ at, prefix, text })))
    .filter(({ at, prefix }) => !proof.at.includes(at) || prefix !== proof.prefix)
    .slice(0, MAX_TOKENS)
    .map(({ at, prefix }) =>
      proof.at.includes(at)
        ? change(
            prefix === '' ? 'token-without-prefix' : 'token-with-prefix',
            prefix === ''
              ? `It fits without ${JSON.stringify(proof.prefix)} before the token.`
              : `It fits with ${JSON.stringify(prefix)} before the token.`,
            { prefix },
            { prefix },
          )
        : change(
            'token-elsewhere',
            `It fits the token at ${at}: the declaration names another place.`,
            { at: [at], prefix },
            { token: at, prefix },
          ),
    );

const MAX_TOKENS = 100;

/** How a proof must be written. */
export const wantedProof = ({ prefix, encoding, bytes, versions }: ProofForm): string => {
  if (versions !== undefined) return `a list of ${[...versions.keys()].join(' and ')}, each in base64`;
  const form = encoding === 'any' ? 'hex or base64' : encoding;
  const length = bytes === undefined ? '' : ` of ${bytes} bytes`;
  return `${form}${length}${prefix === '' ? '' : ` after ${JSON.stringify(prefix)}`}`;
};

/** The form of a proof that was found. */
export const foundProof = ({ prefix }: ProofForm, { at, text }: LocatedText) => {
  const before = prefix !== '' && text.startsWith(prefix) ? prefix : knownPrefix(text);
  return {
    at,
    characters: text.length,
    form: formOf(text.slice(before.length)),
    ...(before !== '' && { prefix: before }),
  };
};
