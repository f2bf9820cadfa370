import { senderOf } from '../../senders/index.ts';
import { sampleNames } from '../../senders/samples.ts';
import type { Sender } from '../../senders/sender.ts';
import type { FunctionDefinition } from '../functions/definition.ts';

/** A source of the stack that has a sender. */
export interface PlayedSource {
  readonly name: string;
  readonly provider: string;
  readonly sender: Sender;
  /** The events with samples, and the handshakes. */
  readonly events: readonly string[];
}

/** Reads the sources of the stack from the environment of their ingest functions. */
export const playedSources = async (
  functions: readonly FunctionDefinition[],
): Promise<readonly PlayedSource[]> => {
  const sources = functions.flatMap(({ environment }) => sourceIn(environment.SOURCE) ?? []);
  const played = await Promise.all(
    sources.map(async ({ name, provider }) => {
      const sender = senderOf(provider);
      if (sender === undefined) return [];
      const events = [...(await sampleNames(provider)), ...sender.handshakes];
      return [{ name, provider, sender, events }];
    }),
  );
  return played.flat();
};

const sourceIn = (text?: string): { readonly name: string; readonly provider: string } | undefined =>
  text === undefined ? undefined : JSON.parse(text);
