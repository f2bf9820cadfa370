/**
 * Tries each secret that the source accepts: the current one, and the previous one for a while after a rotation. If none
 * passes and the cache is not fresh, it reloads them from Secrets Manager once.
 *
 * @throws {Rejection} `secret-unavailable` or `secret-unset`.
 */
export type SecretCheck = (passes: (secret: string) => boolean) => Promise<boolean>;
