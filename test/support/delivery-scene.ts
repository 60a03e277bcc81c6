import type { Pool } from "@gluttony/postgres";
import { decodeEndedAbove } from "../../packages/runtime/src/ended-above.ts";
import { startStubTarget, type StubTarget } from "gluttony/local-stack";
import { TestHost, until } from "./host.ts";
import { patientTableSql, rejectsPoison, versionedEmpi } from "./patient-workload.ts";
import { insertConsumer, openMigrated, openPool } from "./sql.ts";
import { makeDatabase, stack, type TestDatabase } from "./stack.ts";

/** A sample hospital, a patient index and gluttony's database, ready for hosts. */
export interface DeliveryScene extends AsyncDisposable {
  readonly hospital: Pool;
  readonly own: Pool;
  readonly empi: StubTarget;
  readonly consumerId: string;
  readonly topic: string;
  /** A host on this scene; not started yet. It ends with the scene. */
  host(hostId: string): Promise<TestHost>;
}

/** One partition's account as gluttony remembers it. */
export interface AccountRow {
  readonly partition: number;
  readonly start: bigint;
  readonly mark: bigint;
  readonly done: bigint;
  readonly filtered: bigint;
  readonly skipped: bigint;
  readonly parked: bigint;
  readonly holes: bigint;
}

/** Sets the scene with one consumer on the patient table. */
export async function setScene(
  name: string,
  delivery: { readonly [setting: string]: unknown },
): Promise<DeliveryScene> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).toReversed()) await one();
  };
  const keep = <T extends AsyncDisposable>(part: T): T => {
    closers.push(async () => part[Symbol.asyncDispose]());
    return part;
  };
  try {
    const hospitalDatabase: TestDatabase = keep(await makeDatabase("his"));
    const ownDatabase: TestDatabase = keep(await makeDatabase("gluttony"));
    await hospitalDatabase.execute(patientTableSql);
    const hospital = keep(openPool(hospitalDatabase.url));
    const own = keep(await openMigrated(ownDatabase.url));
    const empi = keep(await startStubTarget({ kind: versionedEmpi, rejects: rejectsPoison }));
    const topic = `${name}.patient.${Date.now().toString(36)}`;
    closers.push(() => removeConnector(own));
    const consumerId = await insertConsumer(own, {
      name,
      handlerFunc: "empi",
      topic,
      connString: hospitalDatabase.url,
      captureSchema: "his",
      captureTable: "patient",
      globalKey: ["patient_id"],
      configuration: { handler: { events: { delete: "ignore" } }, delivery },
    });
    const host = async (hostId: string): Promise<TestHost> =>
      keep(
        await TestHost.prepare({
          databaseUrl: ownDatabase.url,
          kafka: stack().kafka,
          connectUrl: stack().connectUrl,
          env: { EMPI_HOST: empi.url, GLUTTONY_HOST_ID: hostId },
        }),
      );
    return { hospital, own, empi, consumerId, topic, host, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is remembered of every partition. */
export function readAccount(own: Pool, consumerId: string): Promise<readonly AccountRow[]> {
  return own.query<AccountRow & { readonly [name: string]: unknown }>(
    `select partition, start_offset as start, mark, done, filtered, skipped, parked, holes
     from cdc.position where consumer_id = $1 order by partition`,
    [consumerId],
  );
}

/** What was durable of one partition at a moment. */
export interface DurablePosition {
  readonly partition: number;
  readonly mark: bigint;
  /** Codes of the offsets above the mark; 0 for those that had not ended. */
  readonly codes: Uint8Array;
}

/** Everything that a host started now would know to have ended. */
export async function readDurable(own: Pool, consumerId: string): Promise<readonly DurablePosition[]> {
  const rows = await own.query<{ partition: number; mark: bigint; above: Buffer | null }>(
    "select partition, mark, ended_above as above from cdc.position where consumer_id = $1",
    [consumerId],
  );
  return rows.map(({ partition, mark, above }) => ({
    partition,
    mark,
    codes: decodeEndedAbove(above).codes,
  }));
}

/** Whether a record had durably ended, so that nobody may run it again. */
export function hasEnded(
  position: DurablePosition,
  record: { readonly partition: number; readonly offset: bigint },
): boolean {
  if (position.partition !== record.partition) return false;
  return record.offset < position.mark || (position.codes[Number(record.offset - position.mark)] ?? 0) !== 0;
}

/** Without a connector the source database cannot be dropped: its slot stays active. */
async function removeConnector(own: Pool): Promise<void> {
  const rows = await own.query<{ name: string }>("select name from cdc.connector");
  for (const { name } of rows) {
    await fetch(`${stack().connectUrl}/connectors/${encodeURIComponent(name)}`, { method: "DELETE" });
  }
  await until(async () => {
    const slots = await own.query(
      "select 1 from pg_replication_slots where active and slot_name like 'gluttony%'",
    );
    return slots.length === 0;
  }, 15_000);
  await own.query(
    "select pg_drop_replication_slot(slot_name) from pg_replication_slots where not active and slot_name like 'gluttony%'",
  );
}
