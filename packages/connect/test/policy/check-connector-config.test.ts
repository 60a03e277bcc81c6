import { codes } from "@gluttony/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkConnectorConfig } from "../../src/policy/check-connector-config.ts";
import { strictPolicy } from "../../src/policy/connector-policy.ts";
import { harmless, hostileConfigs } from "./hostile-configs.ts";

const policy = {
  ...strictPolicy,
  referencePrefixes: ["file:/run/secrets/"],
  brokers: ["kafka:9092"],
  registries: ["http://registry:8081"],
};

test("a harmless configuration has no fault", () => {
  expect(checkConnectorConfig(harmless, policy)).toEqual([]);
});

test.each([
  [
    "SQL Server",
    {
      "connector.class": "io.debezium.connector.sqlserver.SqlServerConnector",
      "database.names": "emr,lab",
      "driver.trustServerCertificate": "true",
      "schema.history.internal.kafka.topic": "history.emr",
      "schema.history.internal.kafka.bootstrap.servers": "kafka:9092",
    },
  ],
  [
    "Oracle",
    {
      "connector.class": "io.debezium.connector.oracle.OracleConnector",
      "database.dbname": "ORCL",
      "database.pdb.name": "EMR",
      "database.user": "c##dbz",
    },
  ],
  [
    "MySQL",
    {
      "connector.class": "io.debezium.connector.mysql.MySqlConnector",
      "database.server.id": "5400",
      "column.mask.with.8.chars": "emr\\.patient\\.name",
    },
  ],
  [
    "an own transform's alias, a predicate and a registry",
    {
      "connector.class": harmless["connector.class"] ?? "",
      transforms: "myTopic",
      "transforms.myTopic.type": "io.debezium.transforms.ExtractNewRecordState",
      "transforms.myTopic.predicate": "isRow",
      "transforms.myTopic.negate": "true",
      predicates: "isRow",
      "predicates.isRow.type": "org.apache.kafka.connect.transforms.predicates.TopicNameMatches",
      "predicates.isRow.pattern": "his.*",
      "value.converter": "io.confluent.connect.avro.AvroConverter",
      "value.converter.schema.registry.url": "http://registry:8081",
    },
  ],
  [
    "a reference below the deployer's prefix",
    {
      "connector.class": harmless["connector.class"] ?? "",
      "database.password": "${file:/run/secrets/his.properties:password}",
    },
  ],
])("%s may be made", (_what, config) => {
  expect(checkConnectorConfig(config, policy)).toEqual([]);
});

describe("hostile configurations", () => {
  test("are at least sixty, each another one", () => {
    const texts = hostileConfigs.map(({ adds }) => JSON.stringify(adds));

    expect(new Set(texts).size).toBeGreaterThanOrEqual(60);
  });

  test.each(hostileConfigs)("$what is refused at $path as $code", ({ adds, path, code }) => {
    const faults = checkConnectorConfig({ ...harmless, ...adds }, policy);

    expect(faults).toContainEqual(expect.objectContaining({ code, path }));
    expect(Object.hasOwn(codes, code)).toBe(true);
    expect(JSON.stringify(faults)).not.toMatch(/s3cr3t|JndiLoginModule|etc\/passwd/);
  });
});

const deniedNames = [
  ...new Set(
    hostileConfigs
      .filter(({ code }) => code === "connect.option_denied")
      .flatMap(({ adds }) => Object.keys(adds)),
  ),
];

/** The same name as a worker that is lenient, or a person who is careless, would still read it. */
const disguised = fc
  .tuple(
    fc.constantFrom(...deniedNames),
    fc.array(fc.boolean(), { minLength: 80, maxLength: 80 }),
    fc.constantFrom("", " ", "\t", "\u00a0", "\u200b", "\ufeff"),
    fc.nat(),
    fc.constantFrom(
      "",
      "transforms.topic.",
      "transforms.topic.transforms.topic.",
      "predicates.p.",
      "key.converter.",
      "value.converter.",
      "transforms.Topic.",
      "header.converter.",
    ),
  )
  .map(([name, capitals, blank, at, prefix]) => {
    const cased = Array.from(name)
      .map((letter, place) => (capitals[place] === true ? letter.toUpperCase() : letter))
      .join("");
    const place = at % (cased.length + 1);
    return `${prefix}${cased.slice(0, place)}${blank}${cased.slice(place)}`;
  });

test("no denied option survives in any case, with blanks, or behind the prefix of a transform", () => {
  fc.assert(
    fc.property(disguised, fc.string({ minLength: 1, maxLength: 20 }), (name, text) => {
      const faults = checkConnectorConfig({ ...harmless, [name]: text }, policy);

      expect(faults.map(({ path }) => path)).toContain(
        `config.${name.slice(0, 80).replaceAll(/[^\x20-\x7e]/g, "?")}`,
      );
    }),
    { numRuns: 2_000 },
  );
});

test("whatever a configuration holds, it is judged without an error, and its values are not repeated", () => {
  const secret = "K4n4r1enV0gel";

  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (config) => {
      const marked = Object.fromEntries(
        Object.entries(config).map(([name, text]) => [name, `${text}${secret}`]),
      );

      expect(JSON.stringify(checkConnectorConfig(marked, policy))).not.toContain(secret);
    }),
  );
});
