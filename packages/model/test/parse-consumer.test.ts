import fc from "fast-check";
import { expect, test } from "vitest";
import { checkDraft, type ConsumerRow, parseConsumer } from "../src/index.ts";

const row: ConsumerRow = {
  id: "7",
  name: "patients",
  connString: null,
  dataSource: "postgresql",
  captureSchema: "his",
  captureTable: "pat_master_index",
  topic: null,
  group: null,
  handlerFunc: "empi",
  globalKey: ["patient_id"],
  isValid: true,
  count: 0n,
  creationTime: new Date(0),
  configuration: {},
  revision: 3n,
};
const consumerOf = (columns: Partial<ConsumerRow>) => {
  const parsed = parseConsumer({ ...row, ...columns });
  if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
  return parsed.consumer;
};
const faultsOf = (columns: Partial<ConsumerRow>) => {
  const parsed = parseConsumer({ ...row, ...columns });
  return "faults" in parsed ? parsed.faults.map((fault) => fault.path) : [];
};

test("topic and group are derived where they are not given, and read as given where they are", () => {
  expect(consumerOf({})).toMatchObject({
    topic: "postgresql.his.pat_master_index",
    group: "gluttony.patients",
  });
  expect(consumerOf({ topic: "t", group: "g" })).toMatchObject({ topic: "t", group: "g" });
  expect(consumerOf({ captureTable: "Order Item" }).topic).toBe("postgresql.his.Order_Item");
});

test("without a connection string no connector is made; with one the table must be named", () => {
  expect(consumerOf({}).source).toBeNull();
  expect(consumerOf({ connString: "${env:HIS}" }).source).toMatchObject({
    schema: "his",
    table: "pat_master_index",
  });
  expect(
    faultsOf({ connString: "x", dataSource: null, captureSchema: " ", captureTable: null, topic: "t" }),
  ).toEqual(["data_source", "capture_schema", "capture_table"]);
});

test("every fault is reported at once, each with its path", () => {
  const faults = faultsOf({
    name: "",
    dataSource: "postgres",
    topic: "no good",
    handlerFunc: "",
    globalKey: ["a", "a", ""],
    configuration: {
      handler: [],
      delivery: { concurency: 3, deadlineMs: 1 },
      filter: { operations: ["merge"] },
    },
  });

  expect(faults.toSorted()).toEqual(
    [
      "configuration.handler",
      "configuration.delivery.concurency",
      "configuration.delivery.deadlineMs",
      "configuration.filter.operations[0]",
      "data_source",
      "global_key",
      "global_key[2]",
      "handler_func",
      "name",
      "topic",
    ].toSorted(),
  );
});

test("a misspelt setting is told what was meant", () => {
  const parsed = parseConsumer({ ...row, configuration: { delivry: {}, delivery: { attemptMax: 3 } } });

  expect(parsed).toMatchObject({
    faults: [
      { path: "configuration.delivry", suggestion: "delivery" },
      { path: "configuration.delivery.attemptMax", suggestion: "attemptsMax" },
    ],
  });
});

test("sqlserver is the same as mssql", () => {
  expect(consumerOf({ dataSource: "sqlserver" }).topic).toBe("mssql.his.pat_master_index");
});

test("no configuration, however odd, makes it throw or lets an unknown key through", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (configuration) => {
      const parsed = parseConsumer({ ...row, configuration });
      const isObject =
        typeof configuration === "object" && configuration !== null && !Array.isArray(configuration);
      const known = new Set(["handler", "delivery", "plugin", "connector", "filter"]);
      const isAccepted = "consumer" in parsed;
      if (configuration === null) expect(isAccepted).toBe(true);
      else if (!isObject || Object.keys(configuration).some((key) => !known.has(key)))
        expect(isAccepted).toBe(false);
    }),
  );
});

test("a draft is checked by the same rules as a row", () => {
  expect(checkDraft({ ...row, configuration: {} })).toEqual([]);
  expect(checkDraft({ ...row, topic: "a/b", configuration: {} })).toMatchObject([
    { path: "topic", suggestion: "a_b" },
  ]);
});

test("what is known of the records is checked: tables, modes, tombstones and the placeholder", () => {
  const tables = {
    "his.patient": { id: "bigint", at: { type: "int64", name: "io.debezium.time.Timestamp" } },
  };

  expect(consumerOf({}).decoding).toEqual({
    tables: {},
    modes: { time: "adaptive", decimal: "precise", binary: "bytes", hstore: "json", interval: "numeric" },
    tombstones: "filter",
  });
  expect(
    consumerOf({
      configuration: {
        decoding: { tables, modes: { binary: "hex" }, tombstones: "delete", placeholder: "hex:2d2d" },
      },
    }).decoding,
  ).toMatchObject({
    tables,
    modes: { binary: "hex", time: "adaptive" },
    tombstones: "delete",
    placeholder: "hex:2d2d",
  });
  expect(
    faultsOf({
      configuration: {
        decoding: {
          tables: { t: { id: 5, name: "", at: { name: "x" } }, u: [] },
          modes: { binary: "raw", money: 1 },
          tombstones: "yes",
          placeholder: "hex:zz",
          colums: {},
        },
      },
    }).toSorted(),
  ).toEqual(
    [
      "configuration.decoding.tables.t.id",
      "configuration.decoding.tables.t.name",
      "configuration.decoding.tables.t.at",
      "configuration.decoding.tables.u",
      "configuration.decoding.modes.binary",
      "configuration.decoding.modes.money",
      "configuration.decoding.tombstones",
      "configuration.decoding.placeholder",
      "configuration.decoding.colums",
    ].toSorted(),
  );
});
