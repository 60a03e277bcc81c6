import { readFileSync } from "node:fs";
import { changesOf, handlerContract, runHandler } from "@gluttony/sdk/testing";
import type { HandlerRun } from "@gluttony/sdk/testing";
import type { Change } from "@gluttony/sdk";
import { expect, test } from "vitest";
import { configSchema, onVisit } from "../src/index.ts";

const url = "http://cdss.test/api/trigger";
const options = {
  config: { baseUrl: "http://cdss.test" },
  targets: { [`POST ${url}`]: { body: { code: 0 } } },
};
const visits = changesOf({ schema: "his", table: "pat_visit", keyColumns: ["patient_id", "visit_id"] });
const visit = {
  patient_id: "P1",
  visit_id: 3,
  visit_type: "I",
  dept_code: "0301",
  ward_code: "W07",
  bed_no: "12",
  attending_doctor: "D1024",
  admit_time: "2026-11-20T09:00:00",
  discharge_time: null,
};
const discharged = { ...visit, discharge_time: "2026-11-24T10:00:00" };

const run = (change: Change): Promise<HandlerRun> => runHandler(onVisit, change, options);

test("an admission of an inpatient triggers once, with the visit", async () => {
  const { ending, calls } = await run(visits.insert(visit));

  expect(ending).toEqual({ done: true });
  expect(calls).toHaveLength(1);
  expect(JSON.parse(String(calls[0]?.request.body))).toMatchObject({
    eventId: "test-key",
    scene: "住院",
    triggerCode: "admit",
    department: { code: "0301" },
    doctor: { id: "D1024" },
    patient: { localId: "P1" },
    visit: {
      id: "P1-3",
      type: "I",
      admitTime: "2026-11-20T09:00:00",
      dischargeTime: null,
      ward: "W07",
      bed: "12",
    },
  });
});

test("a discharge triggers when the time was null before and is not any more", async () => {
  const { ending, calls } = await run(visits.update(discharged, visit));

  expect(ending).toEqual({ done: true });
  expect(JSON.parse(String(calls[0]?.request.body))).toMatchObject({
    scene: "出院",
    triggerCode: "discharge",
  });
});

test.each([
  ["cdss.snapshot", visits.snapshot(visit)],
  ["cdss.no_trigger", visits.insert({ ...visit, visit_type: "O" })],
  ["cdss.no_trigger", visits.update({ ...visit, bed_no: "13" }, visit)],
  ["cdss.no_trigger", visits.update({ ...discharged, bed_no: "13" }, discharged)],
  ["cdss.no_trigger", visits.update(visit, discharged)],
  ["cdss.before_unknown", visits.update(discharged)],
  ["cdss.before_unknown", visits.update(discharged, { patient_id: "P1", visit_id: 3 })],
  ["cdss.no_trigger", visits.delete(visit)],
  ["cdss.no_trigger", visits.truncate()],
])("%s fires nothing", async (filtered, change) => {
  const { ending, calls } = await run(change);

  expect(ending).toEqual({ filtered });
  expect(calls).toEqual([]);
});

test("ids that hold the separator make no two visits alike", async () => {
  const left = await run(visits.insert({ ...visit, patient_id: "P-1", visit_id: "3" }));
  const right = await run(visits.insert({ ...visit, patient_id: "P", visit_id: "1-3" }));

  const idOf = ({ calls }: HandlerRun): unknown => JSON.parse(String(calls[0]?.request.body)).visit.id;
  expect(idOf(left)).not.toEqual(idOf(right));
});

test("a visit without its key columns is parked", async () => {
  expect((await run(visits.insert({ visit_type: "I", patient_id: "P1" }))).ending).toMatchObject({
    failed: "record",
    code: "cdss.required_missing",
  });
});

test.each([
  ["record", "cdss.rejected", { body: { code: 7, msg: "P1" } }],
  ["transient", "cdss.unavailable", { status: 500 }],
  ["transient", "target.answer_invalid", { body: "<html>" }],
  ["auth", "cdss.unauthorized", { status: 401 }],
  ["config", "cdss.address_wrong", { status: 404 }],
] as const)("a %s failure %s follows from %j", async (failed, code, answer) => {
  const { ending } = await runHandler(onVisit, visits.insert(visit), {
    ...options,
    targets: { [`POST ${url}`]: answer },
  });

  expect(ending).toMatchObject({ failed, code });
});

test("keeps the contract of handlers", async () => {
  expect(await handlerContract(onVisit, visits.insert(visit), options)).toEqual([]);
});

test("config.schema.json is the schema in the code", () => {
  const emitted: unknown = JSON.parse(
    readFileSync(new URL("../config.schema.json", import.meta.url), "utf8"),
  );

  expect(emitted).toEqual(configSchema);
});
