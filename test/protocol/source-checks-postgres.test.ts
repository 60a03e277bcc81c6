import { type SourceCheckName, type SourceFinding, createSourceDoctor, openSource } from "@gluttony/connect";
import { connectorNames, parseConnString } from "@gluttony/connect";
import { listSourceTables, readSourceFacts, sendSourceSignal } from "@gluttony/postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeConsumer } from "../../packages/connect/test/make-consumer.ts";
import { type Source, makeSource } from "../support/source-table.ts";
import { stack } from "../support/stack.ts";

type Changes = Parameters<typeof makeConsumer>[0];

describe.skipIf(stack().postgresUnavailable !== "")("the checks of a PostgreSQL source", () => {
  let source: Source;
  /** A login without any right, to be given them. */
  let poor: { readonly name: string; readonly connString: string };
  let isMade = false;
  let offsetLsn: number | null = null;

  beforeAll(async () => {
    source = await makeSource();
    const name = `poor_${Date.now().toString(36)}`;
    await source.pool.query(`create role ${name} login`);
    poor = {
      name,
      connString: `postgresql://${name}@127.0.0.1:${stack().postgresPort}/${databaseOf(source)}`,
    };
    await source.pool.query("create table his.note (id bigint, patient_id bigint, body text)");
    await source.pool.query(
      "create table his.visit (id bigint primary key, patient_id bigint not null, body text)",
    );
    await source.pool.query(
      "create table his.lab (id bigint, at date, primary key (id, at)) partition by range (at)",
    );
    await source.pool.query("create unlogged table his.fast (id bigint primary key)");
  });
  afterAll(async () => {
    await source.pool.query(
      "select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = current_database()",
    );
    await source.pool.query(`drop owned by ${poor.name}`);
    await source.pool.query(`drop role ${poor.name}`);
    await source[Symbol.asyncDispose]();
  });

  const running = { state: "RUNNING", trace: null, worker: null };
  const doctor = createSourceDoctor({
    resolveSecret: async (value) => value,
    client: {
      status: async () => (isMade ? { connector: { ...running, state: "PAUSED" }, tasks: [] } : null),
      offsets: async () =>
        offsetLsn === null ? [] : [{ partition: { server: "p" }, offset: { lsn: offsetLsn } }],
    },
    readPostgres: readSourceFacts,
    openSource,
    describeTopic: async () => null,
  });

  const consumerOn = (table: string, changes: Changes = {}, connString = source.connString) => {
    const base = makeConsumer({ table, connString, ...changes });
    return { ...base, source: { dataSource: "postgresql" as const, connString, schema: "his", table } };
  };
  const namesOf = (table: string) =>
    connectorNames({
      address: parseConnString(source.connString, "postgresql"),
      schema: "his",
      table,
      topic: `postgresql.public.${table}`,
    });
  const find = async (
    check: SourceCheckName,
    ...of: Parameters<typeof consumerOn>
  ): Promise<SourceFinding | undefined> => (await doctor.examine(consumerOn(...of), [check]))[0];
  /** Runs what a finding says, as the source's own administrator. */
  const mend = async (finding: SourceFinding | undefined): Promise<void> => {
    for (const statement of (finding?.sql ?? "").split("\n")) await source.pool.query(statement);
  };

  test("find nothing blocking on a sound table, and ask every check", async () => {
    const findings = await doctor.examine(consumerOn("patient"));

    expect(findings.filter(({ severity }) => severity === "blocking" || severity === "unknown")).toEqual([]);
    expect(findings.length).toBeGreaterThanOrEqual(23);
    expect(findings.find(({ check }) => check === "source.wal_level")).toMatchObject({
      facts: { wal_level: "logical" },
    });
  });

  test.each<[SourceCheckName, string, Changes]>([
    ["source.replica_identity", "visit", { globalKey: ["patient_id"] }],
    ["source.replica_identity", "note", {}],
    ["source.unlogged", "fast", {}],
  ])("%s of his.%s is mended by its own statement", async (check, table, changes) => {
    const before = await find(check, table, changes);
    await mend(before);

    expect(before?.severity).toBe("blocking");
    expect(await find(check, table, changes)).toMatchObject({ severity: "ok" });
  });

  test("see rights that are missing, and see them once they are granted", async () => {
    const names = ["source.role", "source.table_rights"] as const;
    const before = await doctor.examine(consumerOn("patient", {}, poor.connString), names);
    for (const finding of before) await mend(finding);
    const after = await doctor.examine(consumerOn("patient", {}, poor.connString), names);

    expect(before.map(({ severity }) => severity)).toEqual(["blocking", "blocking"]);
    expect(after.map(({ severity }) => severity)).toEqual(["ok", "ok"]);
    expect(await find("source.publication", "patient", {}, poor.connString)).toMatchObject({
      severity: "blocking",
      facts: { owner: false },
    });
  });

  test("see a table that is not there, and one whose name differs in capitals", async () => {
    expect(await find("source.table", "PATIENT")).toMatchObject({
      severity: "blocking",
      facts: { near: ["his.patient"] },
    });
    expect(await find("source.primary_key", "note", {})).toMatchObject({ severity: "blocking" });
  });

  test("see a partitioned table whose changes would go elsewhere", async () => {
    expect(await find("source.partitioned", "lab")).toMatchObject({ severity: "blocking" });
    expect(
      await find("source.partitioned", "lab", { options: { "publish.via.partition.root": "true" } }),
    ).toMatchObject({
      severity: "ok",
    });
  });

  test("see a publication that lost the table, a slot that is gone, and one that begins too late", async () => {
    const { slot, publication } = namesOf("patient");
    isMade = true;
    const gone = [await find("source.publication", "patient"), await find("source.slot", "patient")];
    await source.pool.query(`create publication ${publication} for table his.visit`);
    await source.pool.query("select pg_create_logical_replication_slot($1, 'pgoutput')", [slot]);
    const lost = await find("source.publication", "patient");
    await mend(lost);
    offsetLsn = 1;
    const late = await find("source.slot_position", "patient");
    const retained = await find("source.slot_retained", "patient");

    expect(gone.map((finding) => finding?.severity)).toEqual(["blocking", "blocking"]);
    expect(lost).toMatchObject({ severity: "blocking", facts: { tables: 1 } });
    expect(await find("source.publication", "patient")).toMatchObject({
      severity: "ok",
      facts: { tables: 2 },
    });
    expect(await find("source.slot", "patient")).toMatchObject({ severity: "ok", facts: { active: false } });
    expect(late).toMatchObject({ severity: "blocking" });
    expect(Number(retained?.facts["retained_bytes"])).toBeGreaterThanOrEqual(0);
    isMade = false;
    offsetLsn = null;
  });

  test("see whether signals can be sent, and a signal is sent once", async () => {
    const options = { options: { "signal.data.collection": "his.signal" } };
    const before = await find("source.signal_table", "patient", options);
    await mend(before);
    const after = await find("source.signal_table", "patient", options);
    const signal = { id: "s1", type: "execute-snapshot", data: "{}" };
    const sent = [
      await sendSourceSignal(source.connString, { table: "his.signal", signal }),
      await sendSourceSignal(source.connString, { table: "his.signal", signal }),
    ];

    expect([before?.severity, after?.severity]).toEqual(["warning", "ok"]);
    expect(sent).toEqual([true, false]);
    expect(await source.pool.query("select id from his.signal")).toEqual([{ id: "s1" }]);
    expect(
      (await listSourceTables(source.connString)).filter(({ name }) => /^his\.(?:patient|note)$/.test(name)),
    ).toEqual([
      { name: "his.note", hasPrimaryKey: false },
      { name: "his.patient", hasPrimaryKey: true },
    ]);
  });

  test("never tell the password", async () => {
    const findings = await doctor.examine(consumerOn("patient"));
    const wrong = source.connString.replace(source.password, `${source.password}-wrong`);
    const error: unknown = await doctor
      .examine(consumerOn("patient", {}, wrong))
      .catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: "connect.login_refused" });
    expect(JSON.stringify([findings, error, String(error)])).not.toContain(source.password);
  });
});

function databaseOf({ connString }: Source): string {
  return new URL(connString).pathname.slice(1);
}
