/**
 * Says of which columns the values are shown. A value that no rule shows is masked, keys included; where rules of both effects
 * match, `mask` wins. In a pattern `*` stands for any text, and nothing else has a meaning.
 */
export interface MaskingRule {
  readonly name: string;
  /** Of tables as `schema.table` (`database.table` for MySQL and MariaDB). */
  readonly tables: string;
  readonly columns: string;
  readonly effect: "show" | "mask";
  /** Why; kept with the name of who wrote it. */
  readonly reason: string;
  readonly changedBy: string;
  readonly changedAt: Date;
  readonly revision: bigint;
}

/** What a rule is judged by. */
export type MaskingPattern = Pick<MaskingRule, "tables" | "columns" | "effect">;

/** Rules that there may be. */
export const maskingRulesMax = 500;

/** A table as a change names it; empty where it does not. */
export interface NamedTable {
  readonly database: string;
  readonly schema: string | null;
  readonly table: string;
}

/**
 * Whether a column's values may be shown. Pure. Doubt masks: of a table that is not named nothing is shown; `mask` matches
 * without regard to capitals, and also the table's name alone and with its database, `show` matches to the letter.
 */
export function isShown(rules: readonly MaskingPattern[], table: NamedTable, column: string): boolean {
  if (table.table === "") return false;
  const names = namesOf(table);
  const isMasked = rules.some(
    ({ effect, tables, columns }) =>
      effect === "mask" &&
      fits(columns.toLowerCase(), column.toLowerCase()) &&
      names.some((name) => fits(tables.toLowerCase(), name.toLowerCase())),
  );
  if (isMasked) return false;
  const qualified = names[0] ?? "";
  return rules.some(
    ({ effect, tables, columns }) => effect === "show" && fits(columns, column) && fits(tables, qualified),
  );
}

/** The name that rules are written for comes first. */
function namesOf({ database, schema, table }: NamedTable): readonly string[] {
  const parts = [database, schema ?? "", table].filter((part) => part !== "");
  const qualified = parts.slice(-2).join(".");
  return [qualified, table, parts.join(".")];
}

/** Matches in one pass: what stands between the stars must follow in order. */
function fits(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
