/** The text of an SQL type in its parts. */
export interface SqlType {
  /** In small letters, without arguments: `timestamp with time zone`, `numeric`, `his.sex`. */
  readonly name: string;
  /** What stands in parentheses: precision and scale, or a length. */
  readonly numbers: readonly number[];
  readonly isArray: boolean;
}

const typeText = /^([^([]*)(?:\(([^)]*)\))?([^[]*)((?:\[\d*\])*)$/;

/** Reads the text of a type as PostgreSQL's `format_type` writes it, or a person in a `create table`. Pure. */
export function parseSqlType(text: string): SqlType {
  const [, before = text, inside = "", after = "", brackets = ""] = typeText.exec(text.trim()) ?? [];
  const name = `${before.trim()} ${after.trim()}`.trim().toLowerCase().replaceAll(/\s+/g, " ");
  const numbers = inside
    .split(",")
    .filter((part) => /^\s*-?\d{1,9}\s*$/.test(part))
    .map(Number);
  return { name, numbers, isArray: brackets !== "" };
}
