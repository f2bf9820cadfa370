/** Why the event log can't answer a query, as a sentence for the user. */
export class EventLogError extends Error {
  override readonly name = 'EventLogError';
}

/** Explains the error of a query whose index is missing or is being created. Returns any other error unchanged. */
export const explainIndex = (error: unknown, index: string): unknown => {
  if (!Error.isError(error) || error.name !== 'ValidationException') return error;
  if (/does not have the specified index/i.test(error.message)) {
    return new EventLogError(WITHOUT[index] ?? error.message, { cause: error });
  }
  if (/backfilling/i.test(error.message)) {
    return new EventLogError(
      `The event log's index ${index} is still being created. DynamoDB reads the whole log for that, which takes minutes to hours; try again later.`,
      { cause: error },
    );
  }
  return error;
};

const WITHOUT: Readonly<Record<string, string>> = {
  'by-source':
    "This stack's event log can't be listed by source and time: it was deployed with eventLog.searchBySource: false, or before that index existed. A single event is found by its key.",
};
