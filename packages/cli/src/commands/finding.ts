/** One thing that `gluttony doctor` looked at. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do when it is not well. */
  readonly remedy: string;
}
