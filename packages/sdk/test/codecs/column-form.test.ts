import { expect, test } from "vitest";
import { columnForm, debeziumJson } from "../../src/codecs/index.ts";
import type { ColumnDeclaration } from "../../src/codecs/index.ts";
import { columnTypes } from "../../src/codecs/column-types/tables.ts";
import type { ColumnValue } from "../../src/index.ts";
import { envelopeText, envelopeWithSchema, recordOf } from "../support/records.ts";

test.each([
  ["bigint", "bigint"],
  ["integer", "number"],
  ["numeric(10,2)", "Decimal"],
  ["numeric", "Decimal"],
  ["money", "Decimal"],
  ["timestamptz", "string"],
  ["interval", "bigint"],
  ["bit(8)", "bigint"],
  ["bytea", "Uint8Array"],
  ["jsonb", "string"],
  ["text[]", "readonly (string | null)[]"],
  [
    "point",
    "{ readonly x: number | null; readonly y: number | null; readonly wkb: Uint8Array | null; readonly srid: number | null }",
  ],
])("%s is %s", (type, typeScript) => {
  expect(columnForm(type)).toMatchObject({ typeScript, isKnown: true });
});

test("modes change what an author sees", () => {
  const modes = { decimal: "string", binary: "hex", hstore: "map", interval: "string" } as const;

  expect(
    ["numeric", "bytea", "hstore", "interval"].map((type) => columnForm(type, modes).typeScript),
  ).toEqual([
    'Decimal | "NaN" | "Infinity" | "-Infinity"',
    "Uint8Array",
    "{ readonly [name: string]: string | null }",
    "string",
  ]);
});

test("an enum is its names, a comma in a name and all", () => {
  const schema = { type: "string", name: "io.debezium.data.Enum", parameters: { allowed: "x,y\\,z" } };

  expect(columnForm(schema).typeScript).toBe('"x" | "y,z"');
});

test("a type that no connector delivers is known as such", () => {
  expect(columnForm("his.addr")).toEqual({
    typeScript: "ColumnValue",
    isNullable: true,
    isLong: true,
    isKnown: false,
  });
});

test("what never leaves its row is not long", () => {
  const long = ["text", "numeric", "numeric(100,2)", "integer[]", "bytea", "jsonb"];
  const short = ["integer", "numeric(10,2)", "uuid", "date", "timestamptz", "boolean", "interval"];

  expect(long.map((type) => columnForm(type).isLong)).toEqual(long.map(() => true));
  expect(short.map((type) => columnForm(type).isLong)).toEqual(short.map(() => false));
});

test.each(
  Object.entries(columnTypes).flatMap(([database, types]) =>
    types.map(({ sql, schema, wire }) => [database, sql.join(", "), schema, wire] as const),
  ),
)("%s: %s decodes to the form that is said", (_database, _sql, schema, wire) => {
  const field = JSON.stringify({ ...schema, optional: true, field: "v" });
  const value = envelopeWithSchema(field, envelopeText("c", "null", `{"v":${wire}}`));
  const decoded = debeziumJson.decode(recordOf(null, value));

  const { typeScript } = columnForm(JSON.parse(JSON.stringify(schema)) as ColumnDeclaration);

  expect(typeScript).toMatch(kindOf("after" in decoded ? (decoded.after?.["v"] ?? null) : null));
});

/** What TypeScript must say of a value like this one. */
function kindOf(value: ColumnValue): RegExp {
  if (typeof value !== "object" || value === null) {
    return typeof value === "string" ? /string|^"/ : new RegExp(`^${typeof value}$`);
  }
  if (value instanceof Uint8Array) return /^Uint8Array$/;
  if (Array.isArray(value)) return /^readonly/;
  return "unscaled" in value ? /^Decimal/ : /^\{/;
}
