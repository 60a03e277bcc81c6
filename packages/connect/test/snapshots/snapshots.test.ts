import { describe, expect, test } from "vitest";
import { capturedTables } from "../../src/snapshots/captured-tables.ts";
import { type SnapshotDeed, draftSignal } from "../../src/snapshots/draft-signal.ts";
import { parseNotification, snapshotsOf } from "../../src/snapshots/snapshot-progress.ts";

const config = { "signal.data.collection": "his.signal", "signal.enabled.channels": "source" };
const ground = {
  config,
  tables: [
    { name: "his.patient", hasPrimaryKey: true },
    { name: "his.note", hasPrimaryKey: false },
    { name: "his.Order Item", hasPrimaryKey: true },
  ],
};
const execute = (
  tables: readonly string[],
  type: "incremental" | "blocking" = "incremental",
): SnapshotDeed => ({
  do: "execute",
  connector: "c",
  tables,
  type,
});
const pathsOf = (deed: SnapshotDeed, id = "i", over: typeof ground = ground) =>
  draftSignal(deed, id, over).refusals.map(({ path }) => path);

describe("a signal", () => {
  test("names its tables letter by letter, each once", () => {
    expect(draftSignal(execute(["his.patient", "his.Order Item", "his.patient"]), "id-1", ground)).toEqual({
      signal: {
        id: "id-1",
        type: "execute-snapshot",
        data: JSON.stringify({
          type: "incremental",
          "data-collections": ["his\\.patient", "his\\.Order\\ Item"],
        }),
      },
      refusals: [],
    });
  });

  test.each<[SnapshotDeed, string, object]>([
    [{ do: "stop", connector: "c", tables: [] }, "stop-snapshot", { type: "incremental" }],
    [
      { do: "stop", connector: "c", tables: ["his.patient"] },
      "stop-snapshot",
      { type: "incremental", "data-collections": ["his\\.patient"] },
    ],
    [{ do: "pause", connector: "c" }, "pause-snapshot", { type: "incremental" }],
    [{ do: "resume", connector: "c" }, "resume-snapshot", { type: "incremental" }],
  ])("%j has data, without which Debezium's channel ends", (deed, type, data) => {
    const { signal, refusals } = draftSignal(deed, "i", ground);

    expect(signal).toEqual({ id: "i", type, data: JSON.stringify(data) });
    expect(refusals).toEqual([]);
  });

  test("is refused for what Debezium would pass over without an error", () => {
    expect(pathsOf(execute(["his.patient", "his.nobody", "his.PATIENT"]))).toEqual([
      "tables[1]",
      "tables[2]",
    ]);
    expect(draftSignal(execute(["his.PATIENT"]), "i", ground).refusals).toMatchObject([
      { suggestion: "his.patient" },
    ]);
    expect(pathsOf(execute([]))).toEqual(["tables"]);
    expect(pathsOf(execute(["his.note"]))).toEqual(["tables[0]"]);
    expect(pathsOf(execute(["his.note"], "blocking"))).toEqual([]);
    expect(pathsOf(execute(["his.patient"]), "x".repeat(43))).toEqual(["id"]);
    expect(pathsOf(execute(["his.patient"]), "a'; drop table x")).toEqual(["id"]);
  });

  test("is refused where the connector takes none", () => {
    const others = [{}, { "signal.data.collection": "his.signal", "signal.enabled.channels": "kafka" }];

    for (const other of others) {
      expect(
        draftSignal(execute(["his.patient"]), "i", { ...ground, config: other as typeof config }).refusals,
      ).toMatchObject([{ code: "connect.no_signal_table" }]);
    }
  });
});

test("tables are captured as Debezium reads its lists: whole, without case, excluded or included", () => {
  const names = ["his.patient", "his.patient_old", "lab.result"];

  expect(capturedTables({ "table.include.list": "HIS\\.patient" }, names)).toEqual(["his.patient"]);
  expect(capturedTables({ "table.exclude.list": "his\\..*" }, names)).toEqual(["lab.result"]);
  expect(capturedTables({ "schema.include.list": "his" }, names)).toEqual(["his.patient", "his.patient_old"]);
  expect(capturedTables({ "table.include.list": "his\\.(" }, names)).toEqual([]);
  expect(capturedTables({}, names)).toEqual(names);
});

describe("progress", () => {
  const notification = (
    aggregate: string,
    id: string,
    type: string,
    additional: object = {},
    timestamp = 1,
  ) =>
    parseNotification({
      payload: { id, aggregate_type: aggregate, type, additional_data: additional, timestamp },
    });
  const told = (...all: readonly ReturnType<typeof notification>[]) =>
    snapshotsOf(all.filter((one) => one !== null));

  test("of an incremental snapshot is found by its signal", () => {
    const name = "Incremental Snapshot";
    const snapshots = told(
      notification(name, "s1", "STARTED", {}, 10),
      notification(name, "s2", "STARTED"),
      notification(name, "s1", "IN_PROGRESS", { current_collection_in_progress: "his.patient" }, 20),
      notification(name, "s1", "PAUSED"),
      notification(name, "s1", "RESUMED"),
      notification(
        name,
        "s1",
        "TABLE_SCAN_COMPLETED",
        { scanned_collection: "his.patient", status: "SUCCEEDED", total_rows_scanned: "12" },
        30,
      ),
      notification(name, "s2", "ABORTED"),
      notification(name, "s1", "COMPLETED", {}, 40),
    );

    expect(snapshots).toMatchObject([
      {
        id: "s1",
        kind: "incremental",
        state: "completed",
        tables: [{ name: "his.patient", status: "SUCCEEDED", rows: 12 }],
        startedMs: 10,
        updatedMs: 40,
      },
      { id: "s2", state: "aborted" },
    ]);
  });

  test("of one at the start, or a blocking one, is told apart by its beginning: each step has another id", () => {
    const name = "Initial Snapshot";
    const snapshots = told(
      notification(name, "a", "STARTED"),
      notification(name, "b", "IN_PROGRESS", { data_collection: "his.patient" }),
      notification(name, "c", "COMPLETED"),
      notification(name, "d", "STARTED"),
      notification(name, "e", "IN_PROGRESS", { data_collection: "his.visit" }),
    );

    expect(snapshots).toMatchObject([
      { kind: "initial", state: "completed", current: null },
      { kind: "initial", state: "running", current: "his.visit" },
    ]);
  });

  test.each([
    null,
    1,
    "x",
    {},
    { id: "x" },
    { payload: null },
    { id: "x", aggregate_type: "Other", type: "STARTED" },
  ])("%j is no notification of a snapshot", (json) => {
    expect(parseNotification(json)).toBeNull();
  });
});
