import type { Change, Row } from "../change.ts";

/** Whether the log did not carry a column's value. */
export type Unavailable = "yes" | "no" | "cannot tell";

/**
 * Whether a large value did not change and was therefore not in the log. `cannot tell` is a null that the connector writes
 * either way; take such a column for absent, and never write its null over a value. Only PostgreSQL's replica identity FULL
 * rules that out.
 */
export function isUnavailable<R extends Row>(change: Change<R>, column: keyof R & string): Unavailable {
  if (change.unavailable.has(column)) return "yes";
  return change.doubtful?.has(column) === true ? "cannot tell" : "no";
}
