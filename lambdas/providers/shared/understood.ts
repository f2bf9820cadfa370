import { Rejection } from '../../core/rejection.ts';

/**
 * What a genuine delivery says; undefined if it is not understood. It is accepted all the same: interpreting it again then
 * sends it to `unrecognized.fifo`.
 */
export const understood = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Rejection) return undefined;
    throw error;
  }
};
