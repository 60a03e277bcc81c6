import { type SourceCheckName, createSourceDoctor, listOtherTables, openSource } from "@gluttony/connect";
import type { Consumer } from "@gluttony/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeConsumer } from "../../packages/connect/test/make-consumer.ts";
import { type Mariadb, mariadbUnavailable, startMariadb } from "../support/mariadb.ts";

const password = "Passwort-K4n4r1enV0gel";

describe.skipIf(mariadbUnavailable !== "")("the checks of a MariaDB source", () => {
  let server: Mariadb;

  beforeAll(async () => {
    server = await startMariadb(
      "--log-bin=mysql-bin",
      "--server-id=7",
      "--binlog-format=MIXED",
      "--expire-logs-days=1",
    );
    await server.run(
      "create database emr",
      "create table emr.patient (id bigint primary key, patient_id bigint not null)",
      `create user dbz identified by '${password}'`,
      "grant select on *.* to dbz",
    );
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  const doctor = createSourceDoctor({
    resolveSecret: async (value) => value,
    client: null,
    readPostgres: () => Promise.reject(new Error("this is no PostgreSQL")),
    openSource,
    describeTopic: async () => null,
  });
  const consumer = (changes: { readonly password?: string; readonly table?: string } = {}): Consumer => {
    const base = makeConsumer({ globalKey: ["patient_id"] });
    const connString = `mariadb://dbz:${changes.password ?? password}@127.0.0.1:${server.port}/emr`;
    const table = changes.table ?? "patient";
    return { ...base, source: { dataSource: "mariadb", connString, schema: "emr", table } };
  };
  const severities = async (...only: readonly SourceCheckName[]) =>
    Object.fromEntries(
      (await doctor.examine(consumer(), only)).map(({ check, severity }) => [check, severity]),
    );

  test("find what is wrong, and are well once their statements were run", async () => {
    const names = ["source.binlog", "source.binlog_retention", "source.role"] as const;
    const before = await doctor.examine(consumer(), names);

    for (const { sql } of before)
      await server.run(...(sql ?? "").split("\n").filter((line) => !line.startsWith("--")));
    const after = await severities(...names);

    expect(before.map(({ check, severity }) => `${severity} ${check}`)).toEqual([
      "blocking source.binlog",
      "blocking source.role",
      "warning source.binlog_retention",
    ]);
    expect(after).toEqual({ "source.binlog": "ok", "source.role": "ok", "source.binlog_retention": "ok" });
  });

  test("see the server, the table and its key", async () => {
    expect(
      await severities("source.server_version", "source.server_id", "source.table", "source.primary_key"),
    ).toEqual({
      "source.server_version": "ok",
      "source.server_id": "ok",
      "source.table": "ok",
      "source.primary_key": "ok",
    });
    const missing = await doctor.examine(consumer({ table: "Patients" }), ["source.table"]);
    expect(missing).toMatchObject([{ severity: "blocking" }]);
  });

  test("name the tables that can be captured, and whether each has a key", async () => {
    await server.run(
      "create table emr.note (text varchar(9))",
      "create view emr.seen as select * from emr.note",
    );
    const connString = `mariadb://dbz:${password}@127.0.0.1:${server.port}/emr`;
    const way = { open: openSource, admit: async () => undefined };

    const tables = await listOtherTables({ dataSource: "mariadb", connString }, way);

    expect(tables.filter(({ name }) => name.startsWith("emr."))).toEqual([
      { name: "emr.note", hasPrimaryKey: false },
      { name: "emr.patient", hasPrimaryKey: true },
    ]);
    expect(tables.some(({ name }) => /^(?:mysql|sys|performance_schema)\./.test(name))).toBe(false);
  });

  test("say that the login is refused, without its password", async () => {
    const error: unknown = await doctor
      .examine(consumer({ password: `${password}-wrong` }))
      .catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({
      code: "connect.login_refused",
      facts: { driver_code: "ER_ACCESS_DENIED_ERROR" },
    });
    expect(JSON.stringify([error, String(error)])).not.toContain(password);
  });
});

test("a source whose driver is not installed says which package to install", async () => {
  const login = {
    host: "127.0.0.1",
    port: 1,
    user: "u",
    password,
    database: "d",
    words: new Map<string, string>(),
  };

  for (const [source, install] of [
    ["mssql", "mssql"],
    ["oracle", "oracledb"],
  ] as const) {
    await expect(openSource(source, login)).rejects.toMatchObject({
      code: "source.driver_missing",
      facts: { install },
    });
  }
});
