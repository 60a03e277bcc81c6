import { GluttonyError } from "@gluttony/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkOptions, planConnector } from "../src/index.ts";
import type { ConnectorWish } from "../src/index.ts";

const wish: ConnectorWish = {
  address: {
    dataSource: "postgresql",
    host: "his",
    port: 5432,
    user: "dbz",
    password: "s3cr3t",
    database: "emr",
    transport: { "database.sslmode": "prefer" },
  },
  schema: "public",
  table: "patient",
  topic: "postgresql.public.patient",
  keyColumns: null,
  options: {},
  workerBrokers: "kafka:9092",
};
/** Java's `\uXXXX` and `\.` mean the same in JavaScript, and `matches` is anchored. */
const matches = (pattern: string | undefined, text: string) => new RegExp(`^(?:${pattern})$`, "i").test(text);

describe("names", () => {
  test("say what is captured, and are the same for the same", () => {
    const planned = planConnector(wish);

    expect(planned.name).toMatch(/^gluttony-emr-public-patient-[0-9a-f]{8}$/);
    expect(planned.slot).toMatch(/^gluttony_[0-9a-f]{16}$/);
    expect(planConnector({ ...wish })).toEqual(planned);
  });

  test.each([
    { schema: "other" },
    { table: "Patient" },
    { topic: "other" },
    { address: { ...wish.address, host: "other" } },
    { address: { ...wish.address, port: 5433 } },
    { address: { ...wish.address, database: "other" } },
  ])("%j makes another connector", (changes) => {
    const [one, other] = [planConnector(wish), planConnector({ ...wish, ...changes })];

    expect(other.name).not.toBe(one.name);
    expect(other.topicPrefix).not.toBe(one.topicPrefix);
    expect(other.slot).not.toBe(one.slot);
    expect(other.publication).not.toBe(one.publication);
  });

  test("another user or password does not: the offsets and the slot stay", () => {
    const address = { ...wish.address, user: "other", password: "other" };

    expect(planConnector({ ...wish, address }).name).toBe(planConnector(wish).name);
  });

  test("are legal for every table", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (schema, table) => {
        fc.pre(!`${schema}${table}`.includes("${"));
        const planned = planConnector({ ...wish, schema, table });

        expect(planned.name).toMatch(/^[A-Za-z0-9_.-]{1,150}$/);
        expect(planned.topicPrefix).toMatch(/^[A-Za-z0-9_.-]+$/);
        expect(planned.slot).toMatch(/^[a-z0-9_]{1,63}$/);
      }),
    );
  });
});

describe("the configuration", () => {
  test("is what Debezium needs", () => {
    expect(planConnector(wish).config).toMatchObject({
      "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
      "plugin.name": "pgoutput",
      "publication.autocreate.mode": "filtered",
      "table.include.list": "public\\.patient",
      "database.password": "s3cr3t",
      "tombstones.on.delete": "true",
      "decimal.handling.mode": "precise",
      "key.converter.schemas.enable": "true",
      "value.converter.schemas.enable": "true",
      "value.converter.replace.null.with.default": "false",
      "poll.interval.ms": "20",
      "snapshot.mode": "initial",
      "tasks.max": "1",
    });
    expect(planConnector(wish).config).not.toHaveProperty("message.key.columns");
  });

  test("routes exactly the table's topic to the consumer's", () => {
    const { config, topicPrefix, furtherTopics } = planConnector({
      ...wish,
      schema: "his",
      table: "Order Item",
    });

    expect(config["transforms.topic.replacement"]).toBe(wish.topic);
    expect(matches(config["transforms.topic.regex"], `${topicPrefix}.his.Order_Item`)).toBe(true);
    expect(matches(config["transforms.topic.regex"], `${topicPrefix}xhis.Order_Item`)).toBe(false);
    expect(furtherTopics).toEqual([`__debezium-heartbeat.${topicPrefix}`]);
    expect(furtherTopics.filter((topic) => matches(config["transforms.topic.regex"], topic))).toEqual([]);
  });

  test("captures exactly the named table, whatever its name", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (schema, table) => {
        fc.pre(!`${schema}${table}`.includes("${"));
        const list = planConnector({ ...wish, schema, table }).config["table.include.list"] ?? "";

        expect(list).not.toMatch(/[,\s]/);
        expect(matches(list, `${schema}.${table}`)).toBe(true);
        expect(matches(list, `${schema}.${table}x`)).toBe(false);
      }),
    );
  });

  test("names the key's columns where they are not the primary key", () => {
    const { config } = planConnector({ ...wish, table: "a b:c", keyColumns: ["patient_id", "org"] });

    expect(config["message.key.columns"]).toBe("public\\.a\\u0020b\\u003ac:patient_id,org");
  });

  test("cannot be made to read the worker's secrets", () => {
    const address = { ...wish.address, password: "${file:/etc/passwd:root}" };

    expect(() => planConnector({ ...wish, address })).toThrow(GluttonyError);
    expect(errorText(() => planConnector({ ...wish, address }))).not.toContain("/etc/passwd");
  });
});

describe("options", () => {
  test.each([
    ["snapshot.mode", "no_data"],
    ["heartbeat.interval.ms", "5000"],
    ["column.exclude.list", "public\\.patient\\.photo"],
  ])("%s may be set", (name, value) => {
    expect(planConnector({ ...wish, options: { [name]: value } }).config[name]).toBe(value);
  });

  test.each([
    "connector.class",
    "Connector.Class",
    " connector.class",
    "name",
    "topic.prefix",
    "table.include.list",
    "table.exclude.list",
    "slot.name",
    "publication.name",
    "database.hostname",
    "database.password",
    "database.sslfactory",
    "database.query.timeout.ms",
    "driver.socketFactory",
    "transforms",
    "transforms.topic.type",
    "transforms.x.type",
    "predicates.x.type",
    "key.converter",
    "value.converter",
    "header.converter",
    "converters",
    "x.type",
    "value.converter.schema.registry.url",
    "producer.override.sasl.jaas.config",
    "consumer.override.sasl.jaas.config",
    "admin.override.bootstrap.servers",
    "config.providers",
    "config.providers.file.class",
    "errors.tolerance",
    "errors.deadletterqueue.topic.name",
    "event.processing.failure.handling.mode",
    "heartbeat.action.query",
    "snapshot.select.statement.overrides",
    "snapshot.mode.custom.name",
    "snapshot.query.mode.custom.name",
    "topic.naming.strategy",
    "post.processors",
    "signal.kafka.bootstrap.servers",
    "signal.enabled.channels",
    "schema.history.internal",
    "schema.history.internal.kafka.bootstrap.servers",
    "sourceinfo.struct.maker",
    "custom.metric.tags",
    "openlineage.integration.config.file.path",
    "exactly.once.support",
    "offsets.storage.topic",
    "topic.creation.default.partitions",
    "config.action.reload",
    "decimal.handling.mode",
    "tombstones.on.delete",
    "__proto__",
    "constructor",
  ])("%j may not be set", (name) => {
    const faults = checkOptions(Object.fromEntries([[name, "s3cr3t"]]), "postgresql");

    expect(faults).toMatchObject([{ path: `configuration.connector.options.${name}` }]);
    expect(JSON.stringify(faults)).not.toContain("s3cr3t");
  });

  test.each([
    ["snapshot.mode", "custom"],
    ["snapshot.mode", "${env:SECRET}"],
    ["column.include.list", "a${file:/etc/passwd:x}"],
    ["max.batch.size", "0"],
    ["max.batch.size", "1e3"],
    ["tasks.max", "2"],
    ["skipped.operations", "c,u,d"],
  ])("%s may not be %j", (name, value) => {
    const faults = checkOptions({ [name]: value }, "postgresql");

    expect(faults).toHaveLength(1);
    expect(JSON.stringify(faults)).not.toContain(JSON.stringify(value));
  });

  test("no option that is not on the list passes, and what we decide cannot be overruled", () => {
    const decided = planConnector(wish).config;
    const name = fc.oneof(fc.string(), fc.constantFrom(...Object.keys(decided)));

    fc.assert(
      fc.property(name, fc.string({ minLength: 1 }), (option, value) => {
        const options = Object.fromEntries([[option, value]]);
        if (checkOptions(options, "postgresql").length > 0) return;

        const { config } = planConnector({ ...wish, options });
        expect(Object.keys(config).filter((key) => !(key in decided) && key !== option)).toEqual([]);
        expect(config["connector.class"]).toBe(decided["connector.class"]);
      }),
    );
  });
});

function errorText(work: () => unknown): string {
  try {
    work();
    return "";
  } catch (error) {
    return error instanceof GluttonyError
      ? JSON.stringify([error.message, error.facts, error.faults])
      : String(error);
  }
}
