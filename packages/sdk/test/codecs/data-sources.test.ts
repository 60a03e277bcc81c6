import { describe, expect, test } from "vitest";
import { comparePositions, debeziumJson } from "../../src/codecs/index.ts";
import type { Change } from "../../src/index.ts";
import { recordOf } from "../support/records.ts";

type Fields = { readonly [name: string]: unknown };

/** What one database's connector writes: of a snapshot's row, and of changes in the order in which they were made. */
interface Written {
  readonly connector: string;
  readonly snapshot: Fields;
  readonly inOrder: readonly Fields[];
  /** Fields without which nothing can be said of the place. */
  readonly place: readonly string[];
  readonly transaction: { readonly fields: Fields; readonly id: string };
}

const common = { version: "3.6.1.Final", name: "his", ts_ms: 1_000, db: "his", table: "t" };

const databases: readonly Written[] = [
  {
    connector: "postgresql",
    snapshot: { snapshot: "first", lsn: 90, sequence: '[null,"90"]' },
    inOrder: [
      { lsn: 100, sequence: '["95","100"]' },
      { lsn: 110, sequence: '["95","110"]' },
      // Two transactions that ran beside each other: the earlier commit comes first, whatever its changes' places are.
      { lsn: 105, sequence: '["120","105"]' },
      { lsn: 9_223_372_036_854_775_807n, sequence: '["120","9223372036854775807"]' },
    ],
    place: ["lsn", "sequence"],
    transaction: { fields: { txId: 5, lsn: 1 }, id: "5" },
  },
  {
    connector: "sqlserver",
    snapshot: {
      snapshot: "true",
      commit_lsn: "00000027:00000758:0001",
      change_lsn: null,
      event_serial_no: null,
    },
    inOrder: [
      { commit_lsn: "00000027:00000758:0005", change_lsn: "00000027:00000758:0003", event_serial_no: 1 },
      { commit_lsn: "00000027:00000758:0005", change_lsn: "00000027:00000758:0003", event_serial_no: 2 },
      { commit_lsn: "00000027:00000758:0005", change_lsn: "00000027:00000758:0004", event_serial_no: 1 },
      { commit_lsn: "00000027:00000ac0:0001", change_lsn: "00000027:00000758:0001", event_serial_no: "1" },
      { commit_lsn: "ffffffff:ffffffff:ffff", change_lsn: "00000000:00000000:0000", event_serial_no: 1 },
    ],
    place: ["commit_lsn"],
    transaction: {
      fields: { commit_lsn: "00000027:00000758:0005", change_lsn: "00000027:00000758:0003" },
      id: "00000027:00000758:0005",
    },
  },
  {
    connector: "oracle",
    snapshot: { snapshot: "last", scn: "9", commit_scn: null },
    inOrder: [
      { scn: "9", commit_scn: "10", rs_id: "0x000012.00000ab1.0010", ssn: 0 },
      { scn: "9", commit_scn: "10", rs_id: "0x000012.00000ab1.0010", ssn: 1 },
      { scn: "9", commit_scn: "10", rs_id: "0x000012.00000ab2.0000", ssn: 0 },
      { scn: "10", commit_scn: "10", rs_id: " 0x000001.00000000.0000 ", ssn: 0 },
      { scn: "5", commit_scn: "18446744073709551616", rs_id: "0x000001.00000000.0000", ssn: 0 },
    ],
    place: ["scn", "commit_scn"],
    transaction: { fields: { txId: "06001a00d1030000", scn: "1" }, id: "06001a00d1030000" },
  },
  ...(["mysql", "mariadb"] as const).map((connector) => ({
    connector,
    snapshot: { snapshot: "true", file: "binlog.000009", pos: 4, row: 0, server_id: 0 },
    inOrder: [
      { file: "binlog.000009", pos: 805, row: 0 },
      { file: "binlog.000009", pos: 805, row: 1 },
      { file: "binlog.000009", pos: 4_000, row: 0 },
      { file: "binlog.000010", pos: 4, row: 0 },
      { file: "binlog.1000000", pos: 4, row: 0 },
    ],
    place: ["file"],
    transaction: { fields: { gtid: "0-1-7", file: "binlog.000001", pos: 1 }, id: "0-1-7" },
  })),
];

function changeOf(connector: string, fields: Fields, operation = "c"): Change {
  const source = { ...common, connector, ...fields };
  const text = JSON.stringify(
    { op: operation, before: null, after: { id: 1 }, source, ts_ms: 2 },
    (_name, value) => (typeof value === "bigint" ? `${value}n` : value),
  ).replaceAll(/"(\d+)n"/g, "$1");
  const decoded = debeziumJson.decode(recordOf('{"id":1}', text));
  if (!("operation" in decoded)) throw new Error(JSON.stringify(decoded));
  return decoded;
}

describe.each(databases)("$connector", ({ connector, snapshot, inOrder, place, transaction }) => {
  const positionOf = (fields: Fields): Change["source"]["position"] =>
    changeOf(connector, fields).source.position;

  test("its changes compare in the order in which they were made, after the snapshot", () => {
    const positions = [snapshot, ...inOrder].map(positionOf);

    for (const [left, one] of positions.entries()) {
      for (const [right, other] of positions.entries()) {
        if (one === null || other === null) throw new Error("a change without a place");
        expect(comparePositions(one, other), `${left} against ${right}`).toBe(Math.sign(left - right));
      }
    }
  });

  test("a change that does not say its place has none", () => {
    const [first = {}] = inOrder;
    const without = Object.fromEntries(Object.entries(first).filter(([name]) => !place.includes(name)));

    expect(positionOf(without)).toBeNull();
    expect(positionOf(Object.fromEntries(Object.keys(first).map((name) => [name, "odd"])))).toBeNull();
    expect(
      positionOf(Object.fromEntries(Object.keys(first).map((name) => [name, { string: "x" }]))),
    ).toBeNull();
  });

  test("its changes of one transaction share an id", () => {
    expect(changeOf(connector, transaction.fields).source.transactionId).toBe(transaction.id);
  });

  test("it compares with no other database", () => {
    const [first = {}] = inOrder;
    const own = positionOf(first);
    const others = databases.filter((one) => one.connector !== connector);

    for (const other of others) {
      const [fields = {}] = other.inOrder;
      const { position } = changeOf(other.connector, fields).source;
      if (own === null || position === null) throw new Error("a change without a place");
      expect(comparePositions(own, position)).toBeNull();
    }
  });

  test("the rows of its snapshot are told apart from its stream", () => {
    const [first = {}] = inOrder;

    expect(changeOf(connector, snapshot, "r").source).toMatchObject({ isSnapshot: true });
    expect(changeOf(connector, { ...first, snapshot: "false" }).source).not.toHaveProperty("snapshot");
    expect(changeOf(connector, { ...first, snapshot: null }).source.isSnapshot).toBe(false);
  });
});

test.each([
  [true, "row"],
  ["true", "row"],
  ["first", "first"],
  ["first_in_data_collection", "first_in_table"],
  ["last_in_data_collection", "last_in_table"],
  ["last", "last"],
  ["incremental", "incremental"],
])("the snapshot flag %s is the phase %s", (flag, phase) => {
  expect(changeOf("mysql", { file: "a.1", pos: 1, snapshot: flag }, "r").source.snapshot).toBe(phase);
});

test("a position that says less than another, and agrees in what it says, cannot be compared with it", () => {
  const less = changeOf("oracle", { scn: "1", commit_scn: "2" }).source.position;
  const more = changeOf("oracle", { scn: "1", commit_scn: "2", rs_id: "0x1.2.3", ssn: 1 }).source.position;
  if (less === null || more === null) throw new Error("a change without a place");

  expect(comparePositions(less, more)).toBeNull();
  expect(comparePositions(more, less)).toBeNull();
  expect(comparePositions(more, more)).toBe(0);
});
