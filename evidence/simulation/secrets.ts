import type { SimulatedSecret } from './aws/secret.ts';
import { BEGINNING } from './clock.ts';
import type { SecretSource } from './schedule.ts';
import type { World } from './world.ts';

/** The sources' secrets: what Secrets Manager has, and what the providers sign with. */
export interface Secrets {
  /** As Secrets Manager has it whenever it is looked at. */
  at(source: SecretSource): SimulatedSecret;
  /** What the provider signs with now. */
  signing(source: SecretSource): { readonly secret: string; readonly version: 'current' | 'previous' };
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

export const createSecrets = ({ clock }: World): Secrets => {
  const known = new Map<SecretSource, Known>();
  const of = (source: SecretSource): Known => {
    const found = known.get(source);
    if (found !== undefined) return found;
    const made = { generation: 1, rotatedAt: BEGINNING - DAY, signingGeneration: 1 };
    known.set(source, made);
    return made;
  };
  return {
    at: (source) => ({
      get current() {
        return secretOf(source, of(source).generation);
      },
      get previous() {
        const { generation } = of(source);
        return generation === 1 ? undefined : secretOf(source, generation - 1);
      },
      get rotatedAt() {
        return new Date(of(source).rotatedAt);
      },
    }),
    signing: (source) => {
      const { generation, signingGeneration } = of(source);
      return {
        secret: secretOf(source, signingGeneration),
        version: generation === signingGeneration ? 'current' : 'previous',
      };
    },
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

/** Of the form that Standard Webhooks asks for, which the others take as text. */
const secretOf = (source: SecretSource, generation: number): string =>
  `whsec_${Buffer.from(`${source} generation ${generation}`.padEnd(33, '.')).toString('base64')}`;
