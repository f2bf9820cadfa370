declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** Default: 500. */
    readonly createTableMs?: number;
  }

  const dynalite: (options?: DynaliteOptions) => Server;
  export default dynalite;
}

declare module 'dynalite/db/index.js' {
  interface ConditionError {
    readonly body: Record<string, unknown>;
  }

  const db: {
    matchesExprFilter(item: object, expression: unknown): boolean;
    /** @returns the error if the condition of a write does not hold. */
    checkConditional(data: Readonly<Record<string, unknown>>, held?: object): ConditionError | undefined;
  };
  export default db;
}

declare module 'dynalite/validations/putItem.js' {
  const putItem: { readonly types: Record<string, object> };
  export default putItem;
}

declare module 'dynalite/validations/updateItem.js' {
  const updateItem: { readonly types: Record<string, object> };
  export default updateItem;
}
