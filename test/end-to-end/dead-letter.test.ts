import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DeliveryScene, setScene } from "../support/delivery-scene.ts";
import { type TestHost, until } from "../support/host.ts";
import { accepted } from "../support/patient-workload.ts";
import { stack } from "../support/stack.ts";

interface Letter {
  readonly id: string;
  readonly state: string;
  readonly failure: { readonly code: string };
}

describe.skipIf(stack().unavailable !== "")("a record is parked, and runs again when a person asks", () => {
  let scene: DeliveryScene;
  let host: TestHost;

  beforeAll(async () => {
    scene = await setScene("letters", {});
    host = await scene.host("host-letters");
    await host.start();
  }, 120_000);

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  }, 60_000);

  test("the list says where and why, never what; the replay reaches the target with the same idempotency key", async () => {
    await scene.hospital.query("insert into his.patient values ('T1', 'POISON', '10000000001', 1)");
    await until(async () => (await letters()).length === 1, 60_000);
    const [parked] = await letters();
    expect(parked).toMatchObject({ state: "parked", failure: { code: "empi.rejected" } });
    const listed = await host.command("dead-letter", "list", "--consumer", "letters");
    expect(listed.stdout).toContain("empi.rejected");
    expect(listed.stdout + JSON.stringify(await letters())).not.toContain("POISON");
    const firstKey = scene.empi.journal().at(-1)?.idempotencyKey;

    scene.empi.setRejects(() => false);
    const asked = await host.command("dead-letter", "replay", parked?.id ?? "");
    expect(asked, asked.stderr).toMatchObject({ code: 0 });
    await until(async () => (await letters())[0]?.state === "replayed", 30_000);

    expect((await letters())[0]?.state).toBe("replayed");
    expect(accepted(scene.empi.journal()).map((entry) => entry.idempotencyKey)).toEqual([firstKey]);
  }, 120_000);

  test("what was replayed is not replayed twice, and an unknown one is named", async () => {
    const [letter] = await letters();

    const again = await host.command("dead-letter", "replay", letter?.id ?? "");
    const unknown = await host.command("dead-letter", "get", "999999");

    expect(again).toMatchObject({ code: 4 });
    expect(again.stderr).toContain("dead_letter.not_replayable");
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.stderr).toContain("dead_letter.not_found");
  }, 60_000);

  async function letters(): Promise<readonly Letter[]> {
    const { stdout } = await host.command("dead-letter", "list", "-o", "json");
    return (JSON.parse(stdout) as { items: readonly Letter[] }).items;
  }
});
