/**
 * Options of middy. By default it rejects 5 ms before the function's time-out, while the handler goes on: Lambda freezes the
 * process, and thaws it with the next event, when the abandoned work would go on, minutes later. Without that, Lambda ends
 * the process, and what it did with it.
 *
 * @see https://middy.js.org/docs/intro/early-interrupt
 */
export const WITHOUT_EARLY_END = { timeoutEarlyInMillis: 0 } as const;
