import { changesOf, recordOf } from "@gluttony/sdk/testing";
import type { RawRecord } from "@gluttony/sdk/codecs";

/** Records of a made-up table, for a handler whose author has not recorded any. */
export function madeUpRecords(): readonly RawRecord[] {
  const changes = changesOf({ table: "sample", keyColumns: ["id"] });
  const row = { id: 1n, name: "Kanarienvogel", amount: 12 };
  return [
    changes.snapshot(row),
    changes.insert({ ...row, id: 2n }),
    changes.update({ ...row, amount: 13 }, row),
    changes.delete(row),
  ].map(recordOf);
}
