import type { Attempt } from './attempt.ts';

/** What a change is about. Two changes of one subject are not combined. */
export type Subject = 'secret' | 'body' | 'proof' | 'content' | 'method' | 'url';

/** A mistake as it would be undone: an attempt in another way. */
export interface Change {
  /** Stable: tests, docs and other programs name it. */
  readonly code: string;
  readonly subject: Subject;
  /** What then fits, and what to change. */
  readonly says: string;
  /** The settings that undo it. */
  readonly set?: Readonly<Record<string, string>>;
  /** Makes the other attempt. */
  apply(attempt: Attempt): Attempt;
}

/** A change of the request's body, and the body that it makes. */
export interface BodyChange extends Change {
  readonly to: Buffer;
}

/** A change of the request's body. */
export const bodyChange = (code: string, body: Buffer, says: string, set?: Change['set']): BodyChange => ({
  code,
  subject: 'body',
  to: body,
  says,
  ...(set !== undefined && { set }),
  apply: (attempt) => ({ ...attempt, request: { ...attempt.request, body } }),
});

/** A change of the secret, and the secret that it makes. */
export interface SecretChange extends Change {
  readonly to: string;
}
