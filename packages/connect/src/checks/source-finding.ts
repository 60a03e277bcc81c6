import type { Code, Facts } from "@gluttony/model";

/** Names of the checks; the code that says what is wrong is the name by which it is asked for again. */
export type SourceCheckName = Extract<Code, `source.${string}`>;

/** How much it matters. `unknown`: it could not be looked at, and the reason says why. */
export type FindingSeverity = "ok" | "hint" | "warning" | "blocking" | "unknown";

/** What one check of a source found. It holds names of tables and columns, and no values of rows. */
export interface SourceFinding {
  readonly check: SourceCheckName;
  readonly severity: FindingSeverity;
  /** One plain sentence: what was seen, and what it leads to. */
  readonly reason: string;
  readonly facts: Facts;
  /** What to do, in words. Empty when nothing needs to be done. */
  readonly remedy: string;
  /** Statements to copy, for whoever looks after the source; null when none helps. */
  readonly sql: string | null;
}

/** A finding without fault. Pure. */
export function fine(check: SourceCheckName, reason: string, facts: Facts = {}): SourceFinding {
  return { check, severity: "ok", reason, facts, remedy: "", sql: null };
}

/** A name as SQL takes it, whatever is in it. Pure. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL takes it. Pure. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The worst first; among equals the order in which they were asked. Pure. */
export function worstFirst(findings: readonly SourceFinding[]): readonly SourceFinding[] {
  return findings.toSorted((one, other) => rank[one.severity] - rank[other.severity]);
}

const rank: { readonly [severity in FindingSeverity]: number } = {
  blocking: 0,
  warning: 1,
  unknown: 2,
  hint: 3,
  ok: 4,
};
