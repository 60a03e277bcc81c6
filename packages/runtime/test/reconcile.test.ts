import type { ConsumerRow } from "@gluttony/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Held, reconcile } from "../src/reconcile.ts";

const rowOf = (id: string, revision: bigint, isValid = true): ConsumerRow => ({
  id,
  name: id,
  connString: null,
  dataSource: null,
  captureSchema: null,
  captureTable: null,
  topic: "t",
  group: null,
  handlerFunc: "empi",
  globalKey: [],
  isValid,
  count: 0n,
  creationTime: new Date(0),
  configuration: {},
  revision,
});

test("each difference has its action", () => {
  const held = [
    { id: "same", revision: 1n },
    { id: "changed", revision: 1n },
    { id: "off", revision: 1n },
    { id: "gone", revision: 1n },
  ];
  const desired = [rowOf("same", 1n), rowOf("changed", 2n), rowOf("off", 2n, false), rowOf("new", 1n)];

  const actions = reconcile(desired, held).map(
    (action) => `${action.do} ${"row" in action ? action.row.id : action.id}`,
  );

  expect(actions).toEqual(["replace changed", "stop off", "start new", "forget gone"]);
});

test("a held row that differs in its handler alone is followed, any other change replaces it", () => {
  const held = [
    { id: "settings", revision: 1n, row: rowOf("settings", 1n) },
    { id: "group", revision: 1n, row: rowOf("group", 1n) },
  ];
  const desired = [
    { ...rowOf("settings", 2n), configuration: { handler: { greeting: "hi" } } },
    { ...rowOf("group", 2n), group: "another" },
  ];

  expect(reconcile(desired, held).map((action) => action.do)).toEqual(["follow", "replace"]);
});

test("a pause is followed in place, and being asked to begin anew is not", () => {
  const steering = {
    isPaused: true,
    until: null,
    actor: "ada",
    reason: "a look",
    at: new Date(0),
    restarts: 0n,
  };
  const held = ["paused", "again", "anew"].map((id) => ({ id, revision: 1n, row: rowOf(id, 1n) }));
  const desired = [
    { ...rowOf("paused", 2n), steering },
    { ...rowOf("again", 2n), steering: { ...steering, isPaused: false } },
    { ...rowOf("anew", 2n), steering: { ...steering, restarts: 1n } },
  ];

  expect(reconcile(desired, held).map((action) => action.do)).toEqual(["follow", "follow", "replace"]);
});

test("a paused row that is not held yet is started: it takes its place", () => {
  const steering = { isPaused: true, until: null, actor: "a", reason: "b", at: new Date(0), restarts: 0n };

  expect(reconcile([{ ...rowOf("new", 1n), steering }], []).map((action) => action.do)).toEqual(["start"]);
});

test("a row that is off and was never started needs nothing", () => {
  expect(reconcile([rowOf("off", 1n, false)], [])).toEqual([]);
});

test("after the actions are applied nothing is left to do", () => {
  const ids = fc.constantFrom("a", "b", "c", "d");
  const rows = fc.uniqueArray(fc.tuple(ids, fc.bigInt(1n, 3n), fc.boolean()), { selector: ([id]) => id });
  const helds = fc.uniqueArray(fc.tuple(ids, fc.bigInt(1n, 3n)), { selector: ([id]) => id });
  fc.assert(
    fc.property(rows, helds, (desiredParts, heldParts) => {
      const desired = desiredParts.map((parts) => rowOf(...parts));
      const held = new Map<string, Held>(heldParts.map(([id, revision]) => [id, { id, revision }]));
      for (const action of reconcile(desired, [...held.values()])) {
        if ("row" in action) {
          held.set(action.row.id, { id: action.row.id, revision: action.row.revision });
        } else held.delete(action.id);
      }
      expect(reconcile(desired, [...held.values()])).toEqual([]);
    }),
  );
});
