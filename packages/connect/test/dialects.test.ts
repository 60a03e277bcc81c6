import type { DataSourceName } from "@gluttony/model";
import { describe, expect, test } from "vitest";
import { checkConnectorConfig, parseConnString, planConnector, strictPolicy } from "../src/index.ts";
import type { ConnectorWish } from "../src/index.ts";

const texts: { readonly [source in DataSourceName]: string } = {
  postgresql: "postgresql://dbz:s3cr3t@his/emr",
  mysql: "mysql://dbz:s3cr3t@his/emr",
  mariadb: "mariadb://dbz:s3cr3t@his/emr",
  mssql: "Server=his;Database=emr;User Id=dbz;Password=s3cr3t",
  oracle: "dbz/s3cr3t@//his:1521/emr",
};
const sources = ["postgresql", "mysql", "mariadb", "mssql", "oracle"] as const;
const others = ["mysql", "mariadb", "mssql", "oracle"] as const;

describe.each(sources)("the connector of %s", (source) => {
  test("is one that a person, too, might write", () => {
    const policy = { ...strictPolicy, brokers: ["kafka-1:9092", "kafka-2:9092"] };

    expect(checkConnectorConfig(planConnector(wishOf(source)).config, policy)).toEqual([]);
  });

  test("routes the table's own topic, and no other, to the consumer's", () => {
    const { config, topicPrefix } = planConnector(wishOf(source));
    const written = source === "mssql" ? "emr.HIS.Pat_1" : "HIS.Pat_1";
    const route = new RegExp(`^(?:${config["transforms.topic.regex"]})$`);

    expect(config["transforms.topic.replacement"]).toBe("patients");
    expect(route.test(`${topicPrefix}.${written}`)).toBe(true);
    expect(route.test(`${topicPrefix}.${written}x`)).toBe(false);
  });

  test("cannot be told another table, class or place of its memory by a row", () => {
    for (const name of ["table.include.list", "connector.class", "topic.prefix", "database.names"]) {
      expect(() => planConnector(wishOf(source, { [name]: "x" }))).toThrow(
        expect.objectContaining({ code: "consumer.invalid" }),
      );
    }
  });
});

describe.each(others)("the connector of %s", (source) => {
  test("keeps the tables' definitions in a topic of its own, on the brokers that the workers reach", () => {
    const { config, historyTopic, topicPrefix, slot, publication } = planConnector(wishOf(source));

    expect([slot, publication]).toEqual([null, null]);
    expect(historyTopic).toBe(`${topicPrefix}.schema-history`);
    expect(config).toMatchObject({
      "schema.history.internal.kafka.topic": historyTopic,
      "schema.history.internal.kafka.bootstrap.servers": "kafka-1:9092,kafka-2:9092",
      "include.schema.changes": "false",
    });
  });

  test("is another one than that of the same place in another kind of database", () => {
    const name = (one: DataSourceName) => planConnector(wishOf(one)).topicPrefix;

    expect(new Set(sources.map(name)).size).toBe(sources.length);
    expect(name(source)).toBe(name(source));
  });
});

test.each(["mysql", "mariadb"] as const)(
  "%s: a replica's number of its own, whichever database the login begins in",
  (source) => {
    const wish = wishOf(source);
    const elsewhere = { ...wish, address: { ...wish.address, database: "" } };
    const [one, same, other] = [
      planConnector(wish),
      planConnector(elsewhere),
      planConnector({ ...wish, topic: "other" }),
    ];

    expect(Number(one.config["database.server.id"])).toBeGreaterThanOrEqual(1_000_000);
    expect(Number(one.config["database.server.id"])).toBeLessThanOrEqual(4_294_967_295);
    expect(other.config["database.server.id"]).not.toBe(one.config["database.server.id"]);
    expect(same.name).toBe(one.name);
    expect(planConnector(wishOf(source, { "database.server.id": "7" })).config["database.server.id"]).toBe(
      "7",
    );
  },
);

test.each([
  ["mysql", "slot.failover", "true"],
  ["mysql", "time.precision.mode", "adaptive"],
  ["mssql", "signal.data.collection", "dbo.signal"],
  ["postgresql", "log.mining.strategy", "hybrid"],
] as const)("%s has no option %s", (source, name, value) => {
  expect(() => planConnector(wishOf(source, { [name]: value }))).toThrow(
    expect.objectContaining({ code: "consumer.invalid" }),
  );
});

function wishOf(source: DataSourceName, options: ConnectorWish["options"] = {}): ConnectorWish {
  return {
    address: parseConnString(texts[source], source),
    schema: "HIS",
    table: "Pat_1",
    topic: "patients",
    keyColumns: null,
    options,
    workerBrokers: "kafka-1:9092,kafka-2:9092",
  };
}
