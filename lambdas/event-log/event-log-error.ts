/** Why the event log can't answer a query, as a sentence for the user. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
}

/**
 * What an error of a query means where the table has not the index: the stack was deployed without it, or it is being
 * made. Any other error as it is.
 *
 * @param index the index's name.
 */
export const explainIndex = (error: unknown, index: string): unknown => {
  if (!Error.isError(error) || error.name !== 'ValidationException') return error;
  if (/does not have the specified index/i.test(error.message)) {
    return new HistoryError(WITHOUT[index] ?? error.message, { cause: error });
  }
  if (/backfilling/i.test(error.message)) {
    return new HistoryError(
      `The event log's index ${index} is still being made. DynamoDB reads the whole log for that, which takes minutes to hours; try again later.`,
      { cause: error },
    );
  }
  return error;
};

const WITHOUT: Readonly<Record<string, string>> = {
  'by-source':
    "This stack's event log can't be listed by source and time: it was deployed with eventLog.searchBySource: false, or before there was that index. A single event is found by its key.",
  'by-entity':
    "This stack's event log can't be searched by an entity's id: it was deployed with eventLog.searchByEntity: false, or before there was that index. Leave the id out to list by source and time.",
};
