import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AccountRow, type DeliveryScene, readAccount, setScene } from "../support/delivery-scene.ts";
import { pause, type TestHost, until } from "../support/host.ts";
import { accepted, versionOf, writeWorkload, type Written } from "../support/patient-workload.ts";
import { stack } from "../support/stack.ts";

const size = { patients: 500, changes: 6_000, seed: 7 };

describe.skipIf(stack().unavailable !== "")("two hosts share one consumer, and one is killed", () => {
  let scene: DeliveryScene;
  let survivor: TestHost;
  let written: Written;
  let account: readonly AccountRow[];
  let sharesBefore: readonly { host: string; partitions: number }[];

  beforeAll(async () => {
    scene = await setScene("shared", { concurrency: 8, backoffMaxMs: 2_000 });
    const doomed = await scene.host("host-doomed");
    survivor = await scene.host("host-survivor");
    await doomed.start();
    await survivor.start();
    // What a host sees is written once a second, so for a moment both may still claim a partition.
    await until(async () => {
      sharesBefore = await shares();
      return sharesBefore.length === 2 && sharesBefore.every((share) => share.partitions === 2);
    }, 60_000);
    await scene.empi.setMode({ mode: "slow", delayMs: 20 });
    const writing = writeWorkload(scene.hospital, size, () =>
      until(() => scene.empi.journal().length > 0, 60_000),
    );
    await until(() => scene.empi.journal().length > 800, 120_000);
    await doomed.kill("SIGKILL");
    await scene.empi.setMode({ mode: "ok" });
    written = await writing;
    const expected = BigInt(written.changes.length + written.deletes * 2);
    await until(async () => (await accountedRecords()) >= expected, 180_000);
    account = await readAccount(scene.own, scene.consumerId);
  }, 400_000);

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  }, 60_000);

  test("both had partitions, and together all of them", () => {
    expect(sharesBefore.map((share) => share.partitions)).toEqual([2, 2]);
  });

  test("the survivor took everything over and accounts for every record once", async () => {
    for (const row of account) {
      expect(row.done + row.filtered + row.skipped + row.parked + row.holes).toBe(row.mark - row.start);
    }
    const poisoned = written.changes.filter((change) => change.isPoison).length;
    expect(account.reduce((sum, row) => sum + row.parked, 0n)).toBe(BigInt(poisoned));
    expect(account.reduce((sum, row) => sum + row.done, 0n)).toBe(BigInt(written.changes.length - poisoned));
    const isSole = await until(
      async () => (await shares()).some((share) => share.host === "host-survivor" && share.partitions === 4),
      30_000,
    );
    expect(isSole).toBe(true);
  });

  test("nothing is lost, and each key's changes first arrive in order", () => {
    const seen = new Set<string>();
    const newest = new Map<string, number>();
    const keys = new Map<string, string | undefined>();
    const wrong: string[] = [];
    for (const entry of accepted(scene.empi.journal())) {
      const id = `${entry.subject} ${versionOf(entry)}`;
      if (seen.has(id)) {
        if (keys.get(id) !== entry.idempotencyKey) wrong.push(`${id} came with another key`);
        continue;
      }
      seen.add(id);
      keys.set(id, entry.idempotencyKey);
      if (versionOf(entry) < (newest.get(entry.subject ?? "") ?? 0)) wrong.push(`${id} came too late`);
      newest.set(entry.subject ?? "", versionOf(entry));
    }
    const lost = written.changes.filter(
      (change) => !change.isPoison && !seen.has(`${change.patient} ${change.version}`),
    );

    console.info(
      `duplicates: ${accepted(scene.empi.journal()).length - seen.size} after one kill of two hosts`,
    );
    expect(wrong).toEqual([]);
    expect(lost).toEqual([]);
  });

  /** How many partitions each host has now. */
  async function shares(): Promise<readonly { host: string; partitions: number }[]> {
    const rows = await scene.own.query<{ host: string; partitions: number }>(
      `select host_id as host, jsonb_array_length(partitions)::int as partitions from cdc.observed_state
       where consumer_id = $1 and updated_at > now() - interval '5 seconds' and jsonb_array_length(partitions) > 0
       order by host_id`,
      [scene.consumerId],
    );
    return rows;
  }

  async function accountedRecords(): Promise<bigint> {
    await pause(200);
    const rows = await readAccount(scene.own, scene.consumerId);
    return rows.reduce((sum, row) => sum + row.done + row.filtered + row.parked + row.skipped, 0n);
  }
});
