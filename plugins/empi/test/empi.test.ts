import { readFileSync } from "node:fs";
import { changesOf, handlerContract, runHandler } from "@gluttony/sdk/testing";
import type { FakeAnswer, HandlerRun } from "@gluttony/sdk/testing";
import { expect, test } from "vitest";
import { configSchema, onPatient } from "../src/index.ts";

const url = "http://empi.test/api/client/patient/add";
const config = { baseUrl: "http://empi.test/" };
const patients = changesOf({ schema: "his", table: "pat_master_index", keyColumns: ["patient_id"] });
const row = {
  patient_id: "P0000012345",
  name: " 张三 ",
  name_phonetic: "zhang san",
  sex: "男",
  date_of_birth: "1949-12-31T00:00:00",
  id_type: "01",
  id_no: "11010519491231002x",
  inp_no: "0001234567",
  card_no: "8800012345",
  mobile: "13800000000",
  nation: "01",
  mailing_address: null,
};

const answered = (answer: FakeAnswer): Promise<HandlerRun> =>
  runHandler(onPatient, patients.insert(row), { config, targets: { [`POST ${url}`]: answer } });

function bodyOf(run: HandlerRun): unknown {
  return JSON.parse(String(run.calls[0]?.request.body));
}

test("a new patient is registered with the client's add call", async () => {
  const change = patients.insert(row);

  const run = await runHandler(onPatient, change, {
    config,
    idempotencyKey: "e-1",
    targets: { [`POST ${url}`]: { body: { code: 0 } } },
  });

  expect(run.ending).toEqual({ done: true });
  expect(bodyOf(run)).toEqual({
    sourceSystem: "HIS",
    orgCode: "",
    eventId: "e-1",
    eventType: "ADD",
    eventTime: new Date(change.source.committedAtMs ?? 0).toISOString(),
    patient: {
      localId: "P0000012345",
      name: "张三",
      pinyin: "zhang san",
      genderCode: "1",
      birthDate: "1949-12-31",
      phone: "13800000000",
      nationCode: "01",
      identifiers: [
        { type: "01", system: "2.16.156.10011.1.3", value: "11010519491231002X" },
        { type: "MR", system: "2.16.156.10011.1.12", value: "0001234567" },
        { type: "CARD", value: "8800012345" },
      ],
    },
  });
});

test("what is unknown, a placeholder or not in the log is left out", async () => {
  const change = patients.update({
    patient_id: 7n,
    name: "𠮷",
    sex: "?",
    date_of_birth: 5n,
    id_no: "无",
    card_no: " ",
  });

  const run = await runHandler(onPatient, change, {
    config,
    targets: { [`POST ${url}`]: { body: { code: 0 } } },
  });

  expect(bodyOf(run)).toMatchObject({ eventType: "UPDATE" });
  expect(Reflect.get(Object(bodyOf(run)), "patient")).toEqual({
    localId: "7",
    name: "𠮷",
    genderCode: "0",
    identifiers: [],
  });
});

test("other column names come from the configuration", async () => {
  const columns = { patientId: "pid", name: "full_name" };

  const run = await runHandler(onPatient, patients.insert({ pid: "1", full_name: "A" }), {
    config: { ...config, columns },
    targets: { [`POST ${url}`]: { body: { code: 0 } } },
  });

  expect(bodyOf(run)).toMatchObject({ patient: { localId: "1", name: "A" } });
});

test.each([
  { body: { code: 0, data: { empiId: "E1" } } },
  { body: { code: "0" } },
  { body: { code: 200, success: true } },
  { status: 201, body: { success: true } },
  { body: { code: "DUPLICATE" } },
  { status: 409, body: { code: "DUPLICATE" } },
])("the answer %j is a success", async (answer) => {
  expect((await answered(answer)).ending).toEqual({ done: true });
});

test.each([
  ["record", "empi.rejected", { body: { code: 500, msg: "姓名不能为空" } }],
  ["record", "empi.rejected", { body: { code: "张三" } }],
  ["record", "empi.rejected", { body: { code: 0, success: false } }],
  ["record", "empi.rejected", { status: 400 }],
  ["record", "empi.rejected", { status: 422, body: "张三" }],
  ["record", "empi.rejected", { status: 409 }],
  ["transient", "empi.busy", { body: { code: "BUSY" } }],
  ["transient", "target.answer_invalid", { body: "<html>login</html>" }],
  ["transient", "target.answer_invalid", {}],
  ["transient", "target.answer_invalid", { body: "[]" }],
  ["transient", "target.answer_invalid", { body: {} }],
  ["transient", "empi.unavailable", { status: 408 }],
  ["transient", "empi.unavailable", { status: 425 }],
  ["transient", "empi.unavailable", { status: 503 }],
  ["auth", "empi.unauthorized", { status: 401 }],
  ["auth", "empi.unauthorized", { status: 403 }],
  ["config", "empi.address_wrong", { status: 404 }],
  ["config", "empi.address_wrong", { status: 302 }],
] as const)(
  "a %s failure %s follows from %j, and tells nothing of the answer's text",
  async (failed, code, answer) => {
    const { ending } = await answered(answer);

    expect(ending).toMatchObject({ failed, code });
    expect(JSON.stringify(ending)).not.toMatch(/张三|姓名|login/);
  },
);

test("a refusal shows its numeric code", async () => {
  expect((await answered({ body: { code: 40012 } })).ending).toMatchObject({
    message: expect.stringContaining("40012"),
  });
});

test("Retry-After is honoured in seconds and as a date", async () => {
  const seconds = await answered({ status: 429, headers: { "Retry-After": "7" } });
  const past = await answered({ status: 503, headers: { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" } });
  const odd = await answered({ status: 503, headers: { "retry-after": "-1" } });

  expect(seconds.ending).toMatchObject({ retryAfterMs: 7_000 });
  expect(past.ending).toMatchObject({ retryAfterMs: 0 });
  expect(odd.ending).toMatchObject({ retryAfterMs: undefined });
});

test("a patient without a name or an id is parked, and the columns are named", async () => {
  const run = await runHandler(onPatient, patients.insert({ patient_id: "P1", name: " " }), { config });

  expect(run.ending).toMatchObject({ failed: "record", code: "empi.required_missing" });
  expect(run.ending).toMatchObject({ message: "Required columns are missing: name." });
  expect(run.calls).toEqual([]);
});

test("a delete is parked, unless the configuration says to ignore it", async () => {
  const change = patients.delete({ patient_id: "P1" });

  const parked = await runHandler(onPatient, change, { config });
  const ignored = await runHandler(onPatient, change, {
    config: { ...config, events: { delete: "ignore" } },
  });

  expect(parked.ending).toMatchObject({ failed: "record", code: "empi.delete_parked" });
  expect(ignored.ending).toEqual({ filtered: "empi.delete_ignored" });
});

test.each([{ body: { code: 0 } }, { body: { code: 500, msg: "张三" } }])(
  "keeps the contract of handlers: %j",
  async (answer) => {
    const options = { config, targets: { [`POST ${url}`]: answer } };

    expect(await handlerContract(onPatient, patients.insert(row), options)).toEqual([]);
  },
);

test("config.schema.json is the schema in the code", () => {
  const emitted: unknown = JSON.parse(
    readFileSync(new URL("../config.schema.json", import.meta.url), "utf8"),
  );

  expect(emitted).toEqual(configSchema);
});
