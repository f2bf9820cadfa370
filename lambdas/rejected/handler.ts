import type { Context } from 'aws-lambda';
import { answerCall, type CallAnswer } from './answer-call.ts';
import { connectTools } from './tools.ts';

const toolsWith = connectTools();

/**
 * The function that checks rejected requests again. Whoever may invoke it may take them back; nothing that comes through the
 * gate invokes it. A call names requests, and brings no content.
 *
 * Environment: that of `tools.ts`.
 */
export const handler = async (
  event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<CallAnswer> => await answerCall(event, toolsWith, context);
