import { columnForm } from "@gluttony/sdk/codecs";
import { expect, test } from "vitest";
import { rowTypes } from "../../src/types/row-types.ts";
import { tablesOfRecords } from "../../src/types/tables-of-records.ts";
import type { RawRecord } from "@gluttony/sdk/codecs";

const column = (name: string, type: string, isNullable = false, mayBeAbsent = false) => ({
  name,
  form: columnForm(type),
  isNullable,
  mayBeAbsent,
});

test("a table becomes a type with a property for each column, and imports only what it needs", () => {
  const columns = [
    column("id", "bigint"),
    column("weight", "numeric(5,2)", true),
    column("Full Name", "text", true, true),
  ];

  expect(
    rowTypes([{ name: "his.pat_master_index", columns }]),
  ).toBe(`// Written by \`gluttony types generate\`; a change belongs into the table.

import type { Decimal } from "@gluttony/sdk";

/** A row of his.pat_master_index. */
export type HisPatMasterIndex = {
  readonly id: bigint;
  readonly weight: Decimal | null;
  /** Absent when it is large and did not change. */
  readonly "Full Name"?: string | null | undefined;
};
`);
});

test("what no connector delivers by itself is there, but may be absent", () => {
  const text = rowTypes([{ name: "t", columns: [column("address", "his.addr", true)] }]);

  expect(text).toContain('import type { ColumnValue } from "@gluttony/sdk";');
  expect(text).toContain("readonly address?: ColumnValue | undefined;");
});

test("tables whose names would be the same are numbered, and a name may not begin with a digit", () => {
  const names = [
    ...rowTypes(["a.b_c", "a_b.c", "1.x"].map((name) => ({ name, columns: [] }))).matchAll(/type (\w+)/g),
  ];

  expect(names.map(([, name]) => name)).toEqual(["ABC", "ABC2", "Table1X"]);
});

function recordOf(value: string, key: string | null = '{"id":1}'): RawRecord {
  const bytes = (text: string | null) => (text === null ? null : new TextEncoder().encode(text));
  return {
    ...{ topic: "t", partition: 0, offset: 0n, timestampMs: 0, headers: [] },
    key: bytes(key),
    value: bytes(value),
  };
}

const source = (table: string) =>
  `{"connector":"postgresql","db":"d","schema":"his","table":"${table}","lsn":1}`;

test("recorded changes with a schema are typed by it", () => {
  const fields =
    '{"type":"int64","optional":false,"field":"id"},{"type":"string","optional":true,"field":"name"},' +
    '{"type":"int32","name":"io.debezium.time.Date","optional":true,"field":"born"}';
  const schema = `{"type":"struct","fields":[{"type":"struct","fields":[${fields}],"field":"after"}],"name":"x.Envelope"}`;
  const payload = `{"before":null,"after":{"id":1,"name":"a","born":1},"op":"c","source":${source("patient")}}`;

  const text = rowTypes(tablesOfRecords([recordOf(`{"schema":${schema},"payload":${payload}}`)]));

  expect(text).toContain("export type HisPatient = {");
  expect(text).toContain("readonly id: bigint;");
  expect(text).toContain("readonly name?: string | null | undefined;");
  expect(text).toContain("readonly born: string | null;");
});

test("recorded changes without a schema are typed by what was seen, and what is no change says nothing", () => {
  const change = (after: string) =>
    recordOf(`{"before":null,"after":${after},"op":"c","source":${source("t")}}`);
  const records = [
    change('{"id":1,"a":"x","b":null,"c":true}'),
    change('{"id":12345678901234567890,"a":null,"b":null}'),
    recordOf('{"ts_ms":1}'),
    recordOf("not JSON"),
  ];

  const [table] = tablesOfRecords(records);

  expect(table?.name).toBe("his.t");
  expect(table?.columns.map(({ name, form, mayBeAbsent }) => [name, form.typeScript, mayBeAbsent])).toEqual([
    ["id", "bigint | number", false],
    ["a", "string", false],
    ["b", "ColumnValue", false],
    ["c", "boolean", true],
  ]);
});
