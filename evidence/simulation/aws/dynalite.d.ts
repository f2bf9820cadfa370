declare module 'dynalite/actions/updateItem.js' {
  const updateItem: (
    store: unknown,
    data: object,
    done: (error: { readonly body?: { readonly __type: string } } | null) => void,
  ) => void;
  export default updateItem;
}

declare module 'dynalite/validations/index.js' {
  const validations: {
    /** Parses the expressions of a request into its `_condition` and `_updates`. Gives a sentence where it can't. */
    validateExpressions(data: object): string | undefined;
  };
  export default validations;
}
