/** Where a stack runs. Its pseudo parameters and the names of its resources depend on it. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  queueUrl(name: string): string;
  /** The URL of the HTTP API, without a slash at the end. */
  readonly apiEndpoint: string;
}
