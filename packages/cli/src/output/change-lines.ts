import { type Fields, fieldsOf, shown } from "./fields.ts";

/** One letter for each operation. */
const letters: { readonly [operation: string]: string } = {
  snapshot: "r",
  insert: "c",
  update: "u",
  upsert: "u",
  delete: "d",
  truncate: "t",
};

/** A record for a person: where it lies, what happened, and each column that changed. Pure. */
export function changeLines(record: Fields): readonly string[] {
  const source = fieldsOf(record["source"]);
  const place = `${shown(record["partition"])}@${shown(record["offset"])}`;
  const operation = record["operation"];
  const isChange = record["kind"] === "change";
  const letter =
    isChange && typeof operation === "string" ? (letters[operation] ?? operation) : shown(record["kind"]);
  const table = typeof source["table"] === "string" && source["table"] !== "" ? source["table"] : "–";
  const head = [shown(source["committedAt"] ?? record["at"]), letter, table, keyText(record["key"]), place];
  const { code, detail } = fieldsOf(record["failure"]);
  const why = code === undefined ? [] : [`  ${printable(shown(code))}: ${printable(shown(detail))}`];
  return [printable(head.join("  ")), ...why, ...listOf(record["fields"]).flatMap(fieldLine)];
}

function fieldLine(field: Fields): readonly string[] {
  if (field["isChanged"] === false) return [];
  const before = valueText(fieldsOf(field["before"]));
  const after = valueText(fieldsOf(field["after"]));
  const change = before === null ? (after ?? "–") : `${before} → ${after ?? "–"}`;
  return [`  ${printable(shown(field["name"]))}: ${printable(change)}`];
}

/** Null for what the log does not say. */
function valueText({ state, type, value }: Fields): string | null {
  switch (state) {
    case "shown":
      return shown(value);
    case "masked":
      return `●● (${shown(type)})`;
    case "null":
      return "∅";
    case "unavailable":
      return "(not in the log)";
    case "doubtful":
      return "∅ or not in the log";
    default:
      return null;
  }
}

function keyText(key: unknown): string {
  const columns = listOf(key).map(
    ({ name, shown: value }) => `${shown(name)}=${valueText(fieldsOf(value)) ?? "–"}`,
  );
  return columns.length === 0 ? "–" : columns.join(",");
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** A name or value that somebody else wrote must not move the cursor or begin a line of its own. */
function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\u2028\u2029]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
