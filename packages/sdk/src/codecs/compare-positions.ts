import type { SourcePosition } from "../change.ts";

/**
 * Whether one change stands before (−1), at (0) or after (1) another in the log of one database. Null where that cannot be
 * told: positions of different databases, or one that says less than the other and agrees in what it says. Positions of
 * different servers, or from before and after a restore, look alike and must not be compared by the caller. Pure.
 */
export function comparePositions(left: SourcePosition, right: SourcePosition): -1 | 0 | 1 | null {
  if (left.kind !== right.kind) return null;
  for (const [index, part] of left.parts.entries()) {
    const other = right.parts[index];
    if (other === undefined) return null;
    if (part !== other) return part < other ? -1 : 1;
  }
  return left.parts.length === right.parts.length ? 0 : null;
}
