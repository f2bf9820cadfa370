/** A mistake that somebody could make, put into the text of files: what the simulation has to find. */
export interface Mutant extends Edit {
  readonly name: string;
  /** What else is changed, where one mistake hides the other. */
  readonly also?: Edit;
}

/** A change of a file's text. */
export interface Edit {
  /** From the project's root. */
  readonly file: string;
  /** Stands once in the file. */
  readonly from: string;
  readonly to: string;
}
