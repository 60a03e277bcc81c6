import type { ConsumerRow } from "@gluttony/model";
import { expect, test } from "vitest";
import { sharedGroups } from "../src/shared-groups.ts";

const rowOf = (id: string, age: number, columns: Partial<ConsumerRow> = {}): ConsumerRow => ({
  id,
  name: `name-${id}`,
  connString: null,
  dataSource: null,
  captureSchema: null,
  captureTable: null,
  topic: "t",
  group: "g",
  handlerFunc: "empi",
  globalKey: [],
  isValid: true,
  count: 0n,
  creationTime: new Date(age),
  configuration: {},
  revision: 1n,
  ...columns,
});

test("the younger of two rows in one group on one topic must not run", () => {
  expect([...sharedGroups([rowOf("young", 2), rowOf("old", 1)])]).toEqual([["young", "name-old"]]);
});

test("another topic, another group, a row that is off or wrong shares nothing", () => {
  const rows = [
    rowOf("a", 1),
    rowOf("b", 2, { topic: "u" }),
    rowOf("c", 3, { group: null }),
    rowOf("d", 4, { isValid: false }),
    rowOf("e", 5, { handlerFunc: "" }),
  ];

  expect(sharedGroups(rows).size).toBe(0);
});
