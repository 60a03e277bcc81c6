import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { columnTypes } from "../../src/codecs/column-types/tables.ts";
import { debeziumJson } from "../../src/codecs/index.ts";
import { decimalText } from "../support/decimal-text.ts";
import type { ColumnValue } from "../../src/index.ts";
import { envelopeText, envelopeWithSchema, recordOf } from "../support/records.ts";

/** A value as JavaScript writes it; a decimal as its digits. */
function written(value: ColumnValue | undefined): string {
  const digits = decimalText(value);
  if (typeof digits === "string" && digits !== value) return digits;
  if (value instanceof Uint8Array) return `Uint8Array [${[...value].join(", ")}]`;
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${name}: ${written(member)}`);
    return `{ ${members.join(", ")} }`;
  }
  return typeof value === "string" ? JSON.stringify(value) : inspect(value);
}

describe.each(Object.entries(columnTypes))("%s", (_database, types) => {
  test.each(types.map((type) => [type.sql.join(", "), type] as const))(
    "%s",
    (_sql, { schema, wire, value }) => {
      const text = envelopeWithSchema(
        JSON.stringify({ ...schema, optional: true, field: "v" }),
        envelopeText("c", "null", `{"v":${wire}}`),
      );

      const decoded = debeziumJson.decode(recordOf(null, text));

      if (!("operation" in decoded)) throw new Error(JSON.stringify(decoded));
      expect(written(decoded.after?.["v"])).toBe(value);
    },
  );
});
