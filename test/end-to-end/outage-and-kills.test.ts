import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type AccountRow,
  type DeliveryScene,
  type DurablePosition,
  hasEnded,
  readAccount,
  readDurable,
  setScene,
} from "../support/delivery-scene.ts";
import { pause, type TestHost, until } from "../support/host.ts";
import { kafkaTools } from "../support/kafka-tools.ts";
import { accepted, randomOf, versionOf, writeWorkload, type Written } from "../support/patient-workload.ts";
import { readTopic, type TopicRecord } from "../support/read-topic.ts";
import { stack } from "../support/stack.ts";

const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 1_000_000));
const size = { patients: 2_000, changes: 20_000, seed };
const outageMs = 10_000;
const kills = 3;

/** What was remembered, and what the target had taken, when the host was killed. */
interface Kill {
  readonly atMs: number;
  readonly durable: readonly DurablePosition[];
}

describe.skipIf(stack().unavailable !== "")("20,000 changes through an outage and three kills", () => {
  let scene: DeliveryScene;
  let host: TestHost;
  let written: Written;
  let records: readonly TopicRecord[];
  let account: readonly AccountRow[];
  const killed: Kill[] = [];

  beforeAll(async () => {
    console.info(`seed ${seed}: repeat with SEED=${seed}`);
    scene = await setScene("outage", { concurrency: 32, backoffMaxMs: 2_000 });
    host = await scene.host("host-a");
    await host.start();
    const writing = writeWorkload(scene.hospital, size, () =>
      until(() => scene.empi.journal().length > 0, 60_000),
    );
    const chaos = disturb();
    written = await writing;
    await chaos;
    await until(() => isDrained(), 240_000);
    records = await readTopic(stack().kafka, scene.topic);
    account = await readAccount(scene.own, scene.consumerId);
    report();
  }, 420_000);

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  }, 60_000);

  test("every record has exactly one ending, and the endings add up to the offsets", () => {
    for (const row of account) {
      const sum = row.done + row.filtered + row.skipped + row.parked + row.holes;
      expect(sum, `partition ${row.partition}`).toBe(row.mark - row.start);
    }
    const total = account.reduce((sum, row) => sum + row.mark - row.start - row.holes, 0n);
    expect(total).toBe(BigInt(records.length));
  });

  test("done, filtered and parked are what was written", async () => {
    const sums = sumOf(account);
    const poisoned = written.changes.filter((change) => change.isPoison).length;

    expect(sums).toMatchObject({ parked: poisoned, done: written.changes.length - poisoned, skipped: 0 });
    // A delete is left out by the handler and followed by a tombstone.
    expect(sums.filtered).toBe(written.deletes * 2);
    const [row] = await scene.own.query<{ count: bigint }>(
      "select count from cdc.consumer where id::text = $1",
      [scene.consumerId],
    );
    expect(row?.count).toBe(BigInt(sums.done));
  });

  test("nothing is lost: the target took every change that is not poison", () => {
    const taken = new Set(
      accepted(scene.empi.journal()).map((entry) => `${entry.subject} ${versionOf(entry)}`),
    );
    const lost = written.changes.filter(
      (change) => !change.isPoison && !taken.has(`${change.patient} ${change.version}`),
    );

    expect(scene.empi.dropped).toBe(0);
    expect(lost).toEqual([]);
  });

  test("the order of every key is kept, and no two requests of a key overlap", () => {
    const newest = new Map<string, number>();
    const busyUntilMs = new Map<string, number>();
    const seen = new Set<string>();
    const wrong: string[] = [];
    for (const entry of scene.empi.journal()) {
      const subject = entry.subject ?? "";
      const isOverlapping = (busyUntilMs.get(subject) ?? 0) > entry.receivedAtMs;
      // The socket of a killed host closes a moment after its successor may have begun.
      if (isOverlapping && !killed.some((kill) => Math.abs(kill.atMs - entry.receivedAtMs) < 5_000))
        wrong.push(`overlap ${entry.number}`);
      busyUntilMs.set(subject, entry.finishedAtMs ?? entry.receivedAtMs);
      const id = `${subject} ${versionOf(entry)}`;
      if (entry.code !== 0 || seen.has(id)) continue;
      seen.add(id);
      if (versionOf(entry) < (newest.get(subject) ?? 0)) wrong.push(`order ${entry.number}`);
      newest.set(subject, versionOf(entry));
    }

    expect(wrong).toEqual([]);
  });

  test("only records in flight at a kill are sent twice, with the same idempotency key", () => {
    const offsetOf = new Map(
      records.flatMap((record) => (record.id === null ? [] : [[record.id, record] as const])),
    );
    const first = new Map<string, { key: string | undefined; atMs: number }>();
    const wrong: string[] = [];
    let duplicates = 0;
    for (const entry of accepted(scene.empi.journal())) {
      const id = `${entry.subject} ${versionOf(entry)}`;
      const before = first.get(id);
      if (before === undefined) {
        first.set(id, { key: entry.idempotencyKey, atMs: entry.receivedAtMs });
        continue;
      }
      duplicates += 1;
      const record = offsetOf.get(id);
      const wasInFlight = killed.some(
        (kill) =>
          record !== undefined &&
          before.atMs <= kill.atMs &&
          entry.receivedAtMs >= kill.atMs &&
          !kill.durable.some((position) => hasEnded(position, record)),
      );
      if (!wasInFlight) wrong.push(`${entry.number} was not in flight`);
      if (before.key !== entry.idempotencyKey) wrong.push(`${entry.number} has another key`);
    }
    console.info(`duplicates: ${duplicates} after ${kills} kills`);

    expect(wrong).toEqual([]);
  });

  test("poison is parked with its reason, and nothing is parked because of the outage", async () => {
    const rows = await scene.own.query<{ code: string; kind: string; count: bigint }>(
      `select failure_code as code, failure_kind as kind, count(*) as count from cdc.dead_letter
       where consumer_id = $1 group by 1, 2`,
      [scene.consumerId],
    );

    const poisoned = written.changes.filter((change) => change.isPoison).length;
    expect(rows).toEqual([{ code: "empi.rejected", kind: "record", count: BigInt(poisoned) }]);
  });

  test("connector and consumer are still there and run", async () => {
    const [connector] = await scene.own.query<{ name: string }>("select name from cdc.connector");
    const response = await fetch(`${stack().connectUrl}/connectors/${connector?.name}/status`);

    expect(await response.json()).toMatchObject({
      connector: { state: "RUNNING" },
      tasks: [{ state: "RUNNING" }],
    });
    const status = await host.get("/api/v1/consumers/outage/status");
    expect(status).toMatchObject({ desired: "enabled", accounting: { total: { balances: true } } });
  });

  /** A kill while records flow, one in the middle of the outage, one when they flow again: each at a random moment. */
  async function disturb(): Promise<void> {
    const random = randomOf(seed + 1);
    await progress(500 + random() * 3_000);
    await killAndRestart();
    await progress(500 + random() * 2_000);
    await scene.empi.setMode({ mode: "unavailable" });
    const outage = pause(outageMs);
    await pause(1_000 + random() * (outageMs / 2));
    await killAndRestart();
    await outage;
    await scene.empi.setMode({ mode: "ok" });
    await progress(500 + random() * 3_000);
    await killAndRestart();
  }

  async function killAndRestart(): Promise<void> {
    await host.kill("SIGKILL");
    killed.push({ atMs: performance.now(), durable: await readDurable(scene.own, scene.consumerId) });
    await host.start();
  }

  /** Waits until the target has taken so many more. */
  async function progress(count: number): Promise<void> {
    const before = accepted(scene.empi.journal()).length;
    await until(() => accepted(scene.empi.journal()).length >= before + count, 90_000);
  }

  async function isDrained(): Promise<boolean> {
    const rows = await readAccount(scene.own, scene.consumerId);
    const tools = await kafkaTools(stack().kafka);
    try {
      const ends = await tools.admin.fetchTopicOffsets(scene.topic);
      const total = ends.reduce((sum, end) => sum + BigInt(end.offset), 0n);
      const expected = BigInt(written.changes.length + written.deletes * 2);
      return (
        total >= expected &&
        ends.every((end) => rows.find((row) => row.partition === end.partition)?.mark === BigInt(end.offset))
      );
    } finally {
      await tools[Symbol.asyncDispose]();
    }
  }

  function report(): void {
    const journal = scene.empi.journal();
    const sums = sumOf(account);
    if (process.env["SHOW_LOG"] !== undefined) console.info(host.log.slice(-6_000));
    console.info(`requests ${journal.length}, records ${records.length}, endings ${JSON.stringify(sums)}`);
  }
});

function sumOf(account: readonly AccountRow[]): {
  done: number;
  filtered: number;
  parked: number;
  skipped: number;
} {
  const sum = (of: (row: AccountRow) => bigint): number =>
    Number(account.reduce((total, row) => total + of(row), 0n));
  return {
    done: sum((row) => row.done),
    filtered: sum((row) => row.filtered),
    parked: sum((row) => row.parked),
    skipped: sum((row) => row.skipped),
  };
}
