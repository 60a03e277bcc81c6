import { createHttpClient } from "@gluttony/egress";
import { createConnectors } from "@gluttony/connect";
import { inspectTable, dropReplication } from "@gluttony/postgres";
import { startLocalStack, runStatements } from "gluttony/local-stack";
import { Kafka } from "kafkajs";
import { mkdtemp } from "node:fs/promises";
import { test } from "vitest";
import { makeConsumer } from "../../packages/connect/test/make-consumer.ts";

test("live", async () => {
  const dataDir = await mkdtemp("/tmp/w/connlive-"); const { chmod } = await import("node:fs/promises"); await chmod(dataDir, 0o711);
  const stack = await startLocalStack({ dataDir, parts: ["postgres", "broker", "connect"] });
  try {
    const port = stack.postgres!.port;
    await runStatements({ port, database: "postgres" }, `create table "Order, It'em.ä" (id int primary key, patient_id int not null, name text); alter table "Order, It'em.ä" replica identity full; create table "Order" (id int primary key); insert into "Order, It'em.ä" values (1, 7, 'x')`);
    const kafka = new Kafka({ brokers: [stack.broker!.address], logLevel: 0 });
    const admin = kafka.admin(); await admin.connect();
    const entries = new Map<string, any>();
    const http = createHttpClient();
    const ids = ["1"];
    const connectors = createConnectors({
      http, resolveSecret: async (v) => v, inspectTable, dropReplication: async (a, b) => { for (let i = 0; ; i += 1) try { return await dropReplication(a, b); } catch (e: any) { console.log("DROP", e.message, String(e.cause?.cause), Math.round(performance.now())); if (i > 3) throw e; await new Promise((r) => setTimeout(r, 300)); } },
      registry: { upsert: async (e) => void entries.set(e.name, e), list: async () => [...entries.values()], remove: async (n) => void entries.delete(n), openConnString: (e) => e.connString, withLock: (_n, w) => w() },
      ensureTopic: (topic, w) => admin.createTopics({ topics: [{ topic, numPartitions: w.partitions }] }),
      consumerIds: async () => ids,
      clock: { monotonicMs: () => performance.now(), sleep: (ms) => new Promise((r) => setTimeout(r, ms)) },
      random: Math.random, log: { info: console.log, warn: console.log },
    }, { workers: [stack.connect!.url] });
    const consumer = makeConsumer({ table: "Order, It'em.ä", topic: "mine", globalKey: ["patient_id"], connString: `postgresql://postgres@127.0.0.1:${port}/postgres?sslmode=disable` });
    const t0 = performance.now();
    try { await connectors.ensure(consumer); } catch (e: any) { console.log("ENSURE", e.message, JSON.stringify(e.faults)); }
    console.log("ensure ms", performance.now() - t0, JSON.stringify(await connectors.connectorStatus(consumer)));
    await runStatements({ port, database: "postgres" }, `insert into "Order, It'em.ä" values (2, 8, 'y'); delete from "Order, It'em.ä" where id = 1`);
    const c = kafka.consumer({ groupId: "g" }); await c.connect(); await c.subscribe({ topic: "mine", fromBeginning: true });
    await new Promise<void>((done) => { let n = 0; setTimeout(done, 15000); void c.run({ eachMessage: async ({ message }) => { const p = (b: any) => b === null ? null : JSON.parse(String(b)).payload; console.log(JSON.stringify(p(message.key)), JSON.stringify(p(message.value))?.slice(0, 200)); if (++n === 4) done(); } }); });
    await c.disconnect();
    console.log((await admin.listTopics()).join(" "));
    const t1 = performance.now(); await connectors.ensure(consumer); console.log("again ms", performance.now() - t1);
    const bad = makeConsumer({ id: "1", table: "Order", topic: "bad", connString: `postgresql://nobody:s3cr3tpw@127.0.0.1:${port}/nodb?sslmode=disable` });
    try { await createConnectors({ ...({} as any) }, { workers: [] } as any); } catch {}
    const c2 = createConnectors({ http, resolveSecret: async (v) => v, inspectTable: async () => ({ exists: true, primaryKey: ["id"], replicaIdentity: "d" as const, identityColumns: ["id"], columns: ["id"] }), dropReplication: async (a, b) => { for (let i = 0; ; i += 1) try { return await dropReplication(a, b); } catch (e: any) { console.log("DROP", e.message, String(e.cause?.cause), Math.round(performance.now())); if (i > 3) throw e; await new Promise((r) => setTimeout(r, 300)); } },
      registry: { upsert: async () => {}, list: async () => [], remove: async () => {}, openConnString: (e) => e.connString, withLock: (_n, w) => w() }, ensureTopic: async () => {}, consumerIds: async () => ids, clock: { monotonicMs: () => performance.now(), sleep: (ms) => new Promise((r) => setTimeout(r, ms)) }, random: Math.random, log: { info() {}, warn() {} } }, { workers: [stack.connect!.url] });
    try { await c2.ensure(bad); } catch (e: any) { console.log("BAD", e.message, JSON.stringify(e.faults)); }
    ids.length = 0;
    console.log("removed", await connectors.removeUnused());
    const pg = (await import("pg")).default; const k = new pg.Client({ connectionString: `postgresql://postgres@127.0.0.1:${port}/postgres` }); await k.connect();
    console.log("left", (await k.query("select slot_name from pg_replication_slots")).rows, (await k.query("select pubname from pg_publication")).rows); await k.end();
    await admin.disconnect(); await http.close();
  } finally { await stack.stop(); const { rm } = await import("node:fs/promises"); await rm(dataDir, { recursive: true, force: true }); }
}, 200_000);
