import type { DataSourceName } from "@gluttony/model";
import { describe, expect, test } from "vitest";
import { type OffsetDeed, draftOffsets } from "../../src/offsets/draft-offsets.ts";

const status = (state: string) => ({ connector: { state, trace: null, worker: null }, tasks: [] });
const postgres = {
  partition: { server: "p" },
  offset: {
    lsn_proc: 31_420_784,
    messageType: "COMMIT",
    lsn_commit: 31_420_784,
    lsn: 31_420_784,
    txId: 872,
    ts_usec: 1_795_535_371_451_836,
  },
};
const sqlServer = {
  partition: { server: "p", database: "emr" },
  offset: { commit_lsn: "00000027:00000758:0005", change_lsn: "NULL", event_serial_no: 1 },
};
const ground = (source: DataSourceName, offset: typeof postgres | typeof sqlServer, state = "STOPPED") => ({
  source,
  status: status(state),
  offsets: [{ partition: { server: "other" }, offset: { lsn: 1 } }, offset],
});
const move = (
  field: string,
  value: string | number | boolean,
  partition: Record<string, string> = { server: "p" },
): OffsetDeed => ({
  do: "move",
  connector: "c",
  partition,
  field,
  value,
});

test("one field moves, and everything else is as it was read", () => {
  const draft = draftOffsets(move("lsn", 42), ground("postgresql", postgres));

  expect(draft.refusals).toEqual([]);
  expect(draft.offsets).toEqual([
    { partition: { server: "other" }, offset: { lsn: 1 } },
    { ...postgres, offset: { ...postgres.offset, lsn: 42 } },
  ]);
  expect(draft.warnings).toMatchObject([{ message: expect.stringMatching(/slot does not move/) }]);
});

describe("what Kafka Connect would accept and is refused here", () => {
  test.each<[string, OffsetDeed, string]>([
    ["a number as a text, which ends the task", move("lsn", "42"), "value"],
    ["a fraction", move("lsn", 4.2), "value"],
    ["a negative number", move("lsn", -1), "value"],
    ["a number that cannot be held", move("lsn", 2 ** 53), "value"],
    ["a truth for a number", move("lsn", true), "value"],
    ["a field that moves nothing", move("txId", 1), "field"],
    ["a field that is not there", move("gtids", "x"), "field"],
    ["a prototype", move("__proto__", "x"), "field"],
    ["a partition of another connector", move("lsn", 1, { server: "nope" }), "partition"],
    ["a partition with one member more", move("lsn", 1, { server: "p", database: "x" }), "partition"],
  ])("%s", (_what, deed, path) => {
    const draft = draftOffsets(deed, ground("postgresql", postgres));

    expect(draft.offsets).toBeNull();
    expect(draft.refusals).toMatchObject([{ code: "connect.offset_invalid", path }]);
  });

  test("a text as a number, where the position is a text", () => {
    const partition = { server: "p", database: "emr" };

    expect(
      draftOffsets(move("commit_lsn", 27, partition), ground("mssql", sqlServer)).refusals,
    ).toMatchObject([{ path: "value" }]);
    expect(
      draftOffsets(move("commit_lsn", "00000027:00000758:0006", partition), ground("mssql", sqlServer))
        .refusals,
    ).toEqual([]);
  });

  test("a position beside a number that would be written back rounded", () => {
    const rounded = { ...postgres, offset: { ...postgres.offset, ts_usec: 2 ** 60 } };

    expect(draftOffsets(move("lsn", 42), ground("postgresql", rounded)).refusals).toMatchObject([
      { path: "offset.ts_usec" },
    ]);
  });
});

test.each(["RUNNING", "PAUSED", "FAILED", "UNASSIGNED"])(
  "nothing moves or is forgotten while it is %s",
  (state) => {
    for (const deed of [move("lsn", 42), { do: "forget", connector: "c" } as const]) {
      expect(draftOffsets(deed, ground("postgresql", postgres, state)).refusals).toContainEqual(
        expect.objectContaining({ code: "connect.not_stopped" }),
      );
    }
  },
);

test("all positions are forgotten at once", () => {
  expect(draftOffsets({ do: "forget", connector: "c" }, ground("postgresql", postgres))).toMatchObject({
    offsets: [],
    refusals: [],
  });
});
