import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DeliveryScene, readAccount, setScene } from "../support/delivery-scene.ts";
import { type TestHost, until } from "../support/host.ts";
import { stack } from "../support/stack.ts";

interface Plan {
  readonly partitions: readonly {
    readonly partition: number;
    readonly from: string | null;
    readonly to: string;
  }[];
  readonly rereads: string;
  readonly skips: string;
}

/** Inserts; each is one record of the topic and one call of the target. */
const rows = 120;
const waitMs = 60_000;

describe.skipIf(stack().unavailable !== "")("a consumer that runs is moved by plan", () => {
  let scene: DeliveryScene;
  let host: TestHost;
  /** Between the two halves of the rows. */
  let middle: Date;

  beforeAll(async () => {
    scene = await setScene("moved", {});
    host = await scene.host("host-moved");
    await host.start();
    await insert(1, rows / 2);
    await untilCalls(rows / 2);
    // The record's time is the broker's, in whole milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 50));
    middle = new Date();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await insert(rows / 2 + 1, rows);
    await untilCalls(rows);
  }, 180_000);

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  }, 60_000);

  test.each<[string, () => readonly string[]]>([
    ["to the beginning", () => ["--to", "earliest"]],
    ["to a time", () => ["--time", middle.toISOString()]],
    ["by a number of records", () => ["--shift", "-7"]],
    ["to offsets", () => ["--offset", "0=1", "1=2"]],
  ])(
    "%s: what the plan counts is read again, no more and no less",
    { timeout: 120_000 },
    async (_, target) => {
      const before = calls();

      const plan = await planOf(target());
      const reset = await host.command(
        "consumer",
        "position",
        "reset",
        "moved",
        ...target(),
        "--reason",
        "a test",
      );

      expect(reset, reset.stderr).toMatchObject({ code: 0 });
      expect(Number(plan.rereads)).toBeGreaterThan(0);
      await untilCalls(before + Number(plan.rereads));
      await untilDrained();
      expect(calls() - before).toBe(Number(plan.rereads));
    },
  );

  test("a time between two halves means the second half", async () => {
    const plan = await planOf(["--time", middle.toISOString()]);

    expect(plan.rereads).toBe(String(rows / 2));
  });

  test("a move is taken back: what was to be read again is not", { timeout: 120_000 }, async () => {
    const marks = await marksNow();
    await host.command("consumer", "stop", "moved", "--reason", "a test");
    await until(async () => (await stateOf()) === "stopped", waitMs);
    await host.command("consumer", "position", "reset", "moved", "--to", "earliest", "--reason", "a mistake");
    expect(await marksNow()).not.toEqual(marks);
    const before = calls();

    const undone = await host.command(
      "consumer",
      "position",
      "undo",
      "moved",
      "--reason",
      "it was a mistake",
    );
    await host.command("consumer", "start", "moved");
    await until(async () => ["running", "idle"].includes(await stateOf()), waitMs);
    await untilDrained();

    expect(undone, undone.stderr).toMatchObject({ code: 0 });
    expect(await marksNow()).toEqual(marks);
    expect(calls()).toBe(before);
  });

  test("a plan that somebody's change overtook is refused, and says so", { timeout: 60_000 }, async () => {
    const read = await host.command("consumer", "position", "plan", "moved", "--to", "earliest");
    const hash = /plan hash: (\S+)/.exec(read.stdout)?.[1] ?? "";
    await scene.own.query(
      `update cdc.consumer set configuration = configuration || '{"labels": {"site": "north"}}' where name = 'moved'`,
    );

    const reset = await host.command(
      ...[
        "consumer",
        "position",
        "reset",
        "moved",
        "--to",
        "earliest",
        "--reason",
        "late",
        "--plan-hash",
        hash,
      ],
    );

    expect(reset).toMatchObject({ code: 4 });
    expect(reset.stderr).toContain("position.plan_stale");
  });

  test("every move is in the audit, with who, why, and from where to where", async () => {
    const { stdout } = await host.command(
      "audit",
      "list",
      "--action",
      "position.move",
      "--limit",
      "200",
      "-o",
      "json",
    );
    const { items } = JSON.parse(stdout) as { readonly items: readonly { readonly reason: string }[] };

    expect(new Set(items.map(({ reason }) => reason))).toEqual(
      new Set(["a test", "a mistake", "it was a mistake"]),
    );
  });

  function calls(): number {
    return scene.empi.journal().length;
  }

  async function untilCalls(count: number): Promise<void> {
    if (await until(async () => calls() >= count, waitMs)) return;
    throw new Error(`${calls()} calls, not ${count}: ${host.log.slice(-2_000)}`);
  }

  /** Every mark is at the end of what was written, and stays there. */
  async function untilDrained(): Promise<void> {
    const isDrained = await until(async () => {
      const marks = await readAccount(scene.own, scene.consumerId);
      return marks.reduce((sum, { mark }) => sum + Number(mark), 0) >= rows;
    }, waitMs);
    expect(isDrained).toBe(true);
  }

  async function marksNow(): Promise<readonly string[]> {
    return (await readAccount(scene.own, scene.consumerId)).map(
      ({ partition, mark }) => `${partition}:${mark}`,
    );
  }

  async function stateOf(): Promise<string> {
    const { stdout } = await host.command("consumer", "status", "moved", "-o", "json");
    return (JSON.parse(stdout) as { readonly observed: { readonly state: string } }).observed.state;
  }

  async function planOf(target: readonly string[]): Promise<Plan> {
    const { stdout } = await host.command("consumer", "position", "plan", "moved", ...target, "-o", "json");
    return JSON.parse(stdout) as Plan;
  }

  async function insert(from: number, to: number): Promise<void> {
    await scene.hospital.query(
      `insert into his.patient select 'P' || i, 'Name ' || i, '1', i from generate_series($1::int, $2::int) i`,
      [from, to],
    );
  }
});
