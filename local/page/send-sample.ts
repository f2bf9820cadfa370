import * as v from 'valibot';
import { post } from '../../senders/post.ts';
import { readSample } from '../../senders/samples.ts';
import { tamper } from '../../senders/sender.ts';
import { signerFor } from '../../senders/signer.ts';
import type { PlayedSource } from './sources.ts';

/** What is to be sent, and how: as it is, with a byte changed after it was signed, or twice. */
export const sampleOrder = v.object({
  source: v.string(),
  event: v.string(),
  how: v.picklist(['genuine', 'tampered', 'twice']),
});

export type SampleOrder = v.InferOutput<typeof sampleOrder>;

/** An answer of the gateway, and whether it is the right one. */
export interface SampleAnswer {
  readonly status: number;
  readonly text: string;
  readonly isRight: boolean;
}

/**
 * Plays a provider towards the gateway.
 *
 * @returns its answers; undefined where there is no such source or sample.
 * @throws {SendError} where it can't be signed, or no answer came.
 */
export const sendSample = async (
  { source, event, how }: SampleOrder,
  sources: readonly PlayedSource[],
  gateway: string,
  stateDir: string,
): Promise<readonly SampleAnswer[] | undefined> => {
  const played = sources.find(({ name }) => name === source);
  if (played === undefined || !played.events.includes(event)) return undefined;
  const sign = await signerFor(played.sender, source, stateDir);
  const signed = sign(await readSample(played.sender, event));
  const request = how === 'tampered' ? tamper(signed) : signed;
  const right = how === 'tampered' ? 401 : 200;
  const answers: SampleAnswer[] = [];
  for (let sent = 0; sent < (how === 'twice' ? 2 : 1); sent++) {
    const { status, text } = await post(gateway, source, request, new AbortController().signal);
    answers.push({ status, text, isRight: status === right });
  }
  return answers;
};
