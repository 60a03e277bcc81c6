import { readFileSync } from "node:fs";
import { changesOf, handlerContract, runHandler } from "@gluttony/sdk/testing";
import type { Change } from "@gluttony/sdk";
import { expect, test } from "vitest";
import { configSchema, onDictionary } from "../src/index.ts";

const url = "http://base.test/api/base-data";
const options = {
  config: { baseUrl: "http://base.test" },
  targets: { [`POST ${url}`]: { body: { code: 0, results: [{ code: "0301", ok: true }] } } },
};
const departments = changesOf({ schema: "his", table: "dept_dict", keyColumns: ["dept_code"] });
const department = { dept_code: "0301", dept_name: "心内科", std_code: "03.01", stop_flag: "0" };

test.each<[string, Change, object]>([
  [
    "a new row",
    departments.insert(department),
    { op: "upsert", code: "0301", name: "心内科", stdCode: "03.01", enabled: true },
  ],
  ["a snapshot", departments.snapshot({ dept_code: "0301" }), { op: "upsert", code: "0301", enabled: true }],
  [
    "a stop flag",
    departments.update({ ...department, stop_flag: "1" }),
    { op: "upsert", code: "0301", name: "心内科", stdCode: "03.01", enabled: false },
  ],
  ["a delete", departments.delete({ dept_code: "0301" }), { op: "disable", code: "0301", enabled: false }],
])("%s is sent as one item", async (_name, change, item) => {
  const { ending, calls } = await runHandler(onDictionary, change, options);

  expect(ending).toEqual({ done: true });
  expect(JSON.parse(String(calls[0]?.request.body))).toEqual({
    dict: "dept",
    mode: "incremental",
    eventId: "test-key",
    items: [item],
  });
});

test("a truncate disables nothing by itself", async () => {
  expect((await runHandler(onDictionary, departments.truncate(), options)).ending).toEqual({
    filtered: "datasync.truncate_ignored",
  });
});

test("a row without its code is parked", async () => {
  expect(
    (await runHandler(onDictionary, departments.insert({ dept_name: "x" }), options)).ending,
  ).toMatchObject({
    failed: "record",
    code: "datasync.required_missing",
  });
});

test.each([
  [
    "record",
    "datasync.rejected",
    { body: { code: 0, results: [{ code: "0301", ok: false, error: "心内科" }] } },
  ],
  ["record", "datasync.rejected", { body: { code: 9 } }],
  ["transient", "datasync.unavailable", { status: 502 }],
  ["transient", "target.answer_invalid", {}],
  ["auth", "datasync.unauthorized", { status: 403 }],
  ["config", "datasync.address_wrong", { status: 404 }],
] as const)("a %s failure %s follows from %j", async (failed, code, answer) => {
  const targets = { [`POST ${url}`]: answer };

  const { ending } = await runHandler(onDictionary, departments.insert(department), { ...options, targets });

  expect(ending).toMatchObject({ failed, code });
  expect(JSON.stringify(ending)).not.toContain("心内科");
});

test("keeps the contract of handlers", async () => {
  expect(await handlerContract(onDictionary, departments.insert(department), options)).toEqual([]);
});

test("config.schema.json is the schema in the code", () => {
  const emitted: unknown = JSON.parse(
    readFileSync(new URL("../config.schema.json", import.meta.url), "utf8"),
  );

  expect(emitted).toEqual(configSchema);
});
