/** Where a stack runs: what its pseudo parameters and the names of its resources are made of. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  /** The URL under which a queue of that name will be reached. */
  queueUrl(name: string): string;
  /** Where the HTTP API will be reached, without a slash at the end. */
  readonly apiEndpoint: string;
}
