import type { Consumer } from "@gluttony/model";
import { expect, test } from "vitest";
import type { InspectedTable } from "../src/index.ts";
import { keyColumnsOf } from "../src/key-columns.ts";
import { makeConsumer } from "./make-consumer.ts";

const table: InspectedTable = {
  exists: true,
  primaryKey: ["id"],
  replicaIdentity: "d",
  identityColumns: ["id"],
  columns: ["id", "patient_id", "test code"],
  walLevel: "logical",
};
const full: InspectedTable = { ...table, replicaIdentity: "f", identityColumns: table.columns };
const keyed = (...globalKey: string[]): Consumer => makeConsumer({ globalKey });

test("without a global key, or with the primary key, the primary key is the record's key", () => {
  expect(keyColumnsOf(keyed(), table)).toBeNull();
  expect(keyColumnsOf(keyed("id"), table)).toBeNull();
  expect(keyColumnsOf(keyed("id"), full)).toBeNull();
});

test("other columns are the key where the replica identity carries them", () => {
  const byIndex: InspectedTable = { ...table, replicaIdentity: "i", identityColumns: ["patient_id"] };

  expect(keyColumnsOf(keyed("patient_id"), full)).toEqual(["patient_id"]);
  expect(keyColumnsOf(keyed("patient_id"), byIndex)).toEqual(["patient_id"]);
});

test.each<[string, Consumer, InspectedTable]>([
  ["connect.replica_identity", keyed("patient_id"), table],
  ["connect.replica_identity", keyed("id"), { ...table, replicaIdentity: "n", identityColumns: [] }],
  ["connect.replica_identity", makeConsumer({ replicaIdentity: "full" }), table],
  ["connect.table_missing", keyed(), { ...table, exists: false }],
  ["connect.rejected", keyed(), { ...table, walLevel: "replica" }],
  ["consumer.invalid", keyed("nope"), full],
  ["consumer.invalid", keyed("test code"), full],
])("%s", (code, consumer, inspected) => {
  expect(() => keyColumnsOf(consumer, inspected)).toThrow(expect.objectContaining({ code }));
});

test("a table that the login may not read is refused: its connector would run for ever and read nothing", () => {
  expect(() => keyColumnsOf(makeConsumer(), { ...table, canRead: false })).toThrow(
    expect.objectContaining({ code: "source.table_rights" }),
  );
});
