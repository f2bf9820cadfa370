import { Rejection } from '../../core/rejection.ts';

/**
 * What a genuine delivery says; undefined if it is not understood. It is accepted all the same: interpreting it again then
 * sends it to `unrecognized.fifo`. What is refused for another reason than its form is still refused.
 */
export const understood = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Rejection && error.status === 400) return undefined;
    throw error;
  }
};
