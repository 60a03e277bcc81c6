import { expect, test } from "vitest";
import { differencesOf, threeWayOf } from "../../src/revisions/differences.ts";
import { fieldsOf, keptColumns } from "../../src/revisions/fields.ts";

const fields = (columns: { readonly [column: string]: unknown }) =>
  fieldsOf({ name: "persons", topic: "t", configuration: {}, ...columns });

test("each leaf of a configuration is a field of its own, and a list is one", () => {
  const before = fields({ configuration: { delivery: { concurrency: 4 }, labels: { site: "north" } } });
  const after = fields({
    configuration: { delivery: { concurrency: 8 }, filter: { operations: ["delete"] } },
  });

  expect(differencesOf(before, after)).toEqual([
    { pointer: "/configuration/delivery/concurrency", before: 4, after: 8 },
    { pointer: "/configuration/filter/operations", before: null, after: ["delete"] },
    { pointer: "/configuration/labels/site", before: "north", after: null },
  ]);
});

test("a name in a configuration that holds a slash or a tilde is one step of the pointer", () => {
  const changes = differencesOf(
    fields({}),
    fields({ configuration: { decoding: { tables: { "a/b~c": 1 } } } }),
  );

  expect(changes.map(({ pointer }) => pointer)).toEqual(["/configuration/decoding/tables/a~1b~0c"]);
});

test("of three versions only what somebody changed is told, and what both changed differently is a conflict", () => {
  const base = fields({
    topic: "t",
    group: "g",
    configuration: { delivery: { concurrency: 4, attemptsMax: 3 } },
  });
  const current = fields({
    topic: "t",
    group: "h",
    configuration: { delivery: { concurrency: 8, attemptsMax: 5 } },
  });
  const wanted = fields({
    topic: "u",
    group: "g",
    configuration: { delivery: { concurrency: 2, attemptsMax: 5 } },
  });

  expect(threeWayOf(base, current, wanted)).toEqual([
    { pointer: "/configuration/delivery/attemptsMax", base: 3, current: 5, wanted: 5, isConflict: false },
    { pointer: "/configuration/delivery/concurrency", base: 4, current: 8, wanted: 2, isConflict: true },
    { pointer: "/group", base: "g", current: "h", wanted: "g", isConflict: false },
    { pointer: "/topic", base: "t", current: "t", wanted: "u", isConflict: false },
  ]);
});

test("a kept row shows of its connection string only the kind, whatever it holds", () => {
  const kindOf = (value: unknown): unknown => keptColumns({ conn_string: value })?.["conn_string"];

  expect(["(encrypted)", "(reference)", "(clear)", "postgres://a:b@c/d", null].map(kindOf)).toEqual([
    { kind: "encrypted" },
    { kind: "reference" },
    { kind: "clear" },
    null,
    null,
  ]);
  expect(keptColumns(null)).toBeNull();
});
