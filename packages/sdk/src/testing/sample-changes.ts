import type { Change } from "../change.ts";
import { changesOf } from "./changes.ts";

/** What a handler is tried with when its author gives no changes: made-up rows under two keys. */
export function sampleChanges(table: string): readonly Change[] {
  const changes = changesOf({ table, keyColumns: ["id"] });
  const first = { id: 1n, name: "Kanarienvogel", amount: 12 };
  const second = { id: 2n, name: "Rotkehlchen", amount: null };
  return [
    changes.snapshot(first),
    changes.insert(second),
    changes.update({ ...first, amount: 13 }, first),
    changes.delete(second),
  ];
}
