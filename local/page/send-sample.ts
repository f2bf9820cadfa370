import * as v from 'valibot';
import { post } from '../../senders/post.ts';
import { readSample } from '../../senders/samples.ts';
import { tamper } from '../../senders/sender.ts';
import { signerFor } from '../../senders/signer.ts';
import type { PlayedSource } from './sources.ts';

export const sampleOrder = v.object({
  source: v.string(),
  event: v.string(),
  how: v.picklist(['genuine', 'tampered', 'twice']),
});

export type SampleOrder = v.InferOutput<typeof sampleOrder>;

export interface SampleAnswer {
  readonly status: number;
  readonly text: string;
  /** Whether it has the expected status. */
  readonly isRight: boolean;
}

/**
 * Plays a provider: sends a sample to the gateway.
 *
 * @returns the answers; undefined where there is no such source or sample.
 * @throws {SendError} where it can't be signed, or there is no answer.
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
