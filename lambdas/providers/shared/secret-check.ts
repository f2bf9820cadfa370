/**
 * Tries a check against each secret that the source accepts now: the current one, and the previous one for a while
 * after a rotation. Where none passes, and what is remembered is not fresh, asks Secrets Manager once more.
 *
 * @returns whether one passed.
 * @throws {Rejection} `secret-unavailable` or `secret-unset`.
 */
export type SecretCheck = (passes: (secret: string) => boolean) => Promise<boolean>;
