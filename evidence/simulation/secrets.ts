import { PLACEHOLDER_SECRET } from '../../lambdas/ingest/secrets.ts';
import type { SimulatedSecret } from './aws/secret.ts';
import { BEGINNING } from './clock.ts';
import { isOfSecret, type MistakeStep, type SecretSource } from './schedule.ts';
import type { World } from './world.ts';

/** The sources' secrets: what Secrets Manager has, and what the providers sign with. */
export interface Secrets {
  /** As Secrets Manager has it whenever it is looked at. */
  at(source: SecretSource): SimulatedSecret;
  /** What the provider signs with now. */
  signing(source: SecretSource): {
    readonly secret: string;
    readonly version: 'current' | 'previous';
    /** Which of the source's secrets it is, from 1. */
    readonly generation: number;
  };
  /** Which of the source's secrets is the current one, from 1; undefined where it is none of them. */
  generation(source: SecretSource): number | undefined;
  /** One that the source no longer takes; where it was never rotated, one that it never took. */
  revoked(source: SecretSource): string;
  /** Makes a new one, which the provider signs with that much later, in ms. */
  rotate(source: SecretSource, lag: number): void;
  /** When there last was a new one, in ms since 1970. */
  rotatedAt(source: SecretSource): number;
}

interface Known {
  generation: number;
  rotatedAt: number;
  signingGeneration: number;
}

export const createSecrets = ({ clock, schedule }: World): Secrets => {
  const mistakes = new Map(
    schedule.steps
      .filter((step): step is MistakeStep => step.step === 'mistake' && isOfSecret(step))
      .map((step) => [step.source as SecretSource, step]),
  );
  const isWrong = (source: SecretSource): boolean => {
    const mistake = mistakes.get(source);
    return mistake !== undefined && clock.now() < BEGINNING + mistake.lasts;
  };
  const known = new Map<SecretSource, Known>();
  const of = (source: SecretSource): Known => {
    const found = known.get(source);
    if (found !== undefined) return found;
    const mistake = mistakes.get(source);
    const rotatedAt = mistake === undefined ? BEGINNING - DAY : BEGINNING + mistake.lasts;
    const made = { generation: 1, rotatedAt, signingGeneration: 1 };
    known.set(source, made);
    return made;
  };
  return {
    at: (source) => ({
      get current() {
        return isWrong(source) ? wrongSecret(mistakes.get(source)) : secretOf(source, of(source).generation);
      },
      get previous() {
        const { generation } = of(source);
        if (isWrong(source)) return undefined;
        if (generation > 1) return secretOf(source, generation - 1);
        return mistakes.has(source) ? wrongSecret(mistakes.get(source)) : undefined;
      },
      get rotatedAt() {
        return new Date(isWrong(source) ? BEGINNING - DAY : of(source).rotatedAt);
      },
    }),
    signing: (source) => {
      const { generation, signingGeneration } = of(source);
      return {
        secret: secretOf(source, signingGeneration),
        version: generation === signingGeneration ? 'current' : 'previous',
        generation: signingGeneration,
      };
    },
    generation: (source) => (isWrong(source) ? undefined : of(source).generation),
    revoked: (source) => secretOf(source, of(source).generation - 1),
    rotate: (source, lag) => {
      const secret = of(source);
      secret.generation++;
      secret.rotatedAt = clock.now();
      const { generation } = secret;
      clock.after(lag, () => {
        secret.signingGeneration = generation;
      });
    },
    rotatedAt: (source) => of(source).rotatedAt,
  };
};

const DAY = 24 * 60 * 60_000;

const wrongSecret = (mistake: MistakeStep | undefined): string =>
  mistake?.what === 'unset'
    ? PLACEHOLDER_SECRET
    : `whsec_${Buffer.from('the secret of quite another source').toString('base64')}`;

/** Of the form that Standard Webhooks asks for, which the others take as text. */
const secretOf = (source: SecretSource, generation: number): string =>
  `whsec_${Buffer.from(`${source} generation ${generation}`.padEnd(33, '.')).toString('base64')}`;
