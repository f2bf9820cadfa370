declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** How long a table is being created, in ms. Default: 500. */
    readonly createTableMs?: number;
  }

  /** A server that speaks DynamoDB's protocol and keeps its tables in memory. */
  const dynalite: (options?: DynaliteOptions) => Server;
  export default dynalite;
}
