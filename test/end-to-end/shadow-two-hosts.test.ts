import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pause, TestHost, until } from "../support/host.ts";
import { removeReadOnly } from "../support/remove-read-only.ts";
import { Scene } from "../support/scene.ts";
import {
  type Counted,
  countingTarget,
  patientsFrom,
  shadowedOrigin,
  shadowedPlugin as name,
  shadowedVariant,
  shadowWard,
  timesItShadows,
} from "../support/shadow-scene.ts";
import { stack } from "../support/stack.ts";

const limitMs = 90_000;
/** Fails on every fifth record, and does the same as the live release on all others. */
const candidate = { version: "2.0.0", line: 'if (change.after.id % 5 === 0) throw new Error("Five.");' };

describe.skipIf(stack().unavailable !== "")("a release that shadows a consumer which two hosts share", () => {
  let scene: Scene;
  let other: TestHost;
  let otherFolder: string;
  let target: Awaited<ReturnType<typeof countingTarget>>;
  let topic: string;
  let sent = 0;

  beforeAll(async () => {
    target = await countingTarget();
    const given = { EMPI_HOST: target.url };
    scene = await Scene.open({ ...given, GLUTTONY_HOST_ID: "one" });
    await scene.installFile(await shadowedVariant(scene, "1.0.0"), "--grant", shadowedOrigin);
    const file = await shadowedVariant(scene, candidate.version, candidate.line);
    await scene.installFile(file, "--grant", shadowedOrigin, "--no-activate");
    topic = await scene.makeTopic(4);
    await scene.insert({ name: "ward", topic, handlerFunc: `${name}@^1` });
    otherFolder = await mkdtemp(join(tmpdir(), "gluttony-other-"));
    const { kafka, connectUrl } = stack();
    const databaseUrl = scene.host.env["DATABASE_URL"] ?? "";
    const env = { ...given, GLUTTONY_HOST_ID: "two", GLUTTONY_DATA_DIR: otherFolder };
    other = await TestHost.prepare({ databaseUrl, kafka, connectUrl, env });
    await Promise.all([scene.host.start(), other.start()]);
    await untilShares([2, 2]);
    await shadowWard(scene, candidate.version);
    await untilBothShadow(1);
  }, 240_000);
  afterAll(async () => {
    await other?.[Symbol.asyncDispose]();
    await scene?.[Symbol.asyncDispose]();
    await target?.close();
    await removeReadOnly(otherFolder);
  }, 120_000);

  test("is counted on both together, each record once", async () => {
    for (let batch = 0; batch < 5; batch += 1) {
      await send(40);
      await untilCounted(sent);
    }

    expect(await counts()).toEqual([
      { kind: "same", live: "done", shadow: "done", count: "160" },
      { kind: "outcome", live: "done", shadow: "failed handler.threw", count: "40" },
    ]);
    const [one, two] = await Promise.all([comparedBy(scene.host), comparedBy(other)]);
    console.info(`compared by one ${one}, by the other ${two}`);
    expect(one + two).toBe(200);
    expect(Math.min(one, two)).toBeGreaterThan(0);
  });

  test("is counted whole while one of them stops: nothing is lost, and nothing counted twice", async () => {
    const compared = await comparedBy(other);
    const stream = sendStream(20);
    await until(async () => (await comparedBy(other)) > compared + 20, limitMs);
    await other.kill("SIGTERM");
    await stream;
    await scene.untilEnded("ward", "done", sent, limitMs);
    await untilCounted(sent);
    await pause(1_500);

    console.info(`after a stop: ${await sum()} of ${sent} compared, ${await countOf("dropped")} dropped`);
    expect(await scene.endings("ward")).toMatchObject({ done: String(sent), parked: "0" });
    expect(await sum()).toBe(sent);
  });

  test("is taken over where one of them dies, and goes on from the counts that are there", async () => {
    await other.start();
    await untilShares([2, 2]);
    await untilBothShadow(2);
    await send(40);
    await untilCounted(sent);
    const before = await sum();

    await other.kill("SIGKILL");
    await send(40);
    await scene.untilEnded("ward", "done", sent, limitMs);
    await untilCounted(sent);
    await pause(1_500);

    expect(before).toBe(sent - 40);
    expect(await sum()).toBe(sent);
    expect(await scene.endings("ward")).toMatchObject({ done: String(sent), parked: "0" });
  });

  test("keeps what the survivor compared where one dies in the middle of it, and what the dead one had written", async () => {
    await other.start();
    await untilShares([2, 2]);
    await untilBothShadow(3);
    const [counted, comparedBefore] = [await sum(), await comparedBy(scene.host)];

    const stream = sendStream(40);
    await until(async () => (await comparedBy(other)) > 100, limitMs);
    await other.kill("SIGKILL");
    const atDeath = (await sum()) - counted;
    await stream;
    // A step of `once` that was under way in the host that died is parked: nobody knows how it ended.
    const ended = async (): Promise<number> => {
      const { done, parked } = await scene.endings("ward");
      return Number(done) + Number(parked);
    };
    await until(async () => (await ended()) === sent, limitMs);
    await pause(3_000);
    const compared = (await comparedBy(scene.host)) - comparedBefore;

    const total = (await sum()) - counted;
    console.info(
      `after a death in the middle: ${total} of 1600 counted, ${compared} of them by the survivor, ${atDeath} at the death`,
    );
    expect(await ended()).toBe(sent);
    expect(
      await scene.sql("select from cdc.dead_letter where failure_code <> 'once.outcome_unknown'"),
    ).toEqual([]);
    // Of the dead host only what it had counted within its last second may be missing.
    expect(total).toBeGreaterThan(compared);
    expect(total).toBeGreaterThanOrEqual(atDeath);
  });

  async function send(count: number): Promise<void> {
    const rows = patientsFrom(sent + 1, count);
    sent += count;
    await scene.tools.send(topic, rows);
  }

  /** Batches of forty, some each second. */
  async function sendStream(batches: number): Promise<void> {
    for (let batch = 0; batch < batches; batch += 1) {
      await send(40);
      await pause(200);
    }
  }

  /** The other host begins with it at each of its starts. */
  async function untilBothShadow(starts: number): Promise<void> {
    const isSaid = (): boolean =>
      timesItShadows(scene.host.log, candidate.version) > 0 &&
      timesItShadows(other.log, candidate.version) >= starts;
    expect(await until(isSaid, limitMs)).toBe(true);
  }

  async function untilShares(wanted: readonly number[]): Promise<void> {
    const isShared = async (): Promise<boolean> => {
      const rows = await scene.sql(
        `select jsonb_array_length(partitions)::int as partitions from cdc.observed_state
         where updated_at > now() - interval '5 seconds' and jsonb_array_length(partitions) > 0`,
      );
      return String(rows.map(({ partitions }) => partitions)) === String(wanted);
    };
    expect(await until(isShared, limitMs)).toBe(true);
  }

  async function untilCounted(count: number): Promise<void> {
    await until(async () => (await sum()) >= count, limitMs);
  }

  async function counts(): Promise<readonly Counted[]> {
    const { stdout } = await scene.command("plugin", "show", name, "-o", "json");
    return JSON.parse(stdout).consumers[0]?.shadow?.counts ?? [];
  }

  async function sum(): Promise<number> {
    const [row] = await scene.sql("select coalesce(sum(count), 0)::int as total from cdc.shadow_count");
    return Number(row?.["total"]);
  }

  async function countOf(kind: string): Promise<number> {
    const rows = (await counts()).filter((one) => one.kind === kind);
    return rows.reduce((total, one) => total + Number(one.count), 0);
  }
});

/** How many attempts a host's shadow came to something with. */
async function comparedBy({ url }: TestHost): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line.startsWith("gluttony_shadow_attempts_total{"));
  return lines.reduce((total, line) => total + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
