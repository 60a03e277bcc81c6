import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Message } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RawRecord } from "@gluttony/sdk/codecs";
import { avroPatient, patientIds, patientSchemas } from "../../packages/sdk/test/support/avro-patients.ts";
import { fixturePlugin } from "../support/cells.ts";
import { changeOf } from "../support/change-of.ts";
import { until } from "../support/host.ts";
import { Scene } from "../support/scene.ts";
import { stack } from "../support/stack.ts";
import { StubRegistry } from "../support/stub-registry.ts";
import { toldRows } from "../support/told.ts";

const token = "a-token-that-nobody-may-see";

const messageOf = ({ key, value }: RawRecord): Message => ({
  key: Buffer.from(key ?? []),
  value: Buffer.from(value ?? []),
});
const avroOf = (id: number, keyId: number = patientIds.key): Message =>
  messageOf(avroPatient(id, { id, keyId }));
const ofUnknownSchema = (id: number): Message => {
  const value = Buffer.from(avroPatient(id, { id }).value ?? []);
  value.writeUInt32BE(99, 1);
  return { key: `unknown-${id}`, value };
};

describe.skipIf(stack().unavailable !== "")("records in Avro and in JSON in one topic", () => {
  const registry = new StubRegistry(patientSchemas, { token, isDown: true });
  let scene: Scene;
  let registryUrl: string;

  beforeAll(async () => {
    registryUrl = await registry.listen();
    scene = await Scene.open({
      LOG_LEVEL: "trace",
      GLUTTONY_SCHEMA_REGISTRY: registryUrl,
      GLUTTONY_SCHEMA_REGISTRY_TOKEN: token,
    });
    await scene.install(fixturePlugin("tells-id"));
    await scene.host.start();
    const topic = await scene.makeTopic();
    const messages = [
      avroOf(1),
      changeOf({ id: 2 }),
      ofUnknownSchema(3),
      avroOf(4),
      avroOf(1, patientIds.newKey),
    ];
    await scene.tools.send(topic, messages);
    const handlerFunc = "@fixtures/tells-id";
    await scene.insert({ name: "mixed", topic, handlerFunc });
    await scene.insert({ name: "ordered", topic, handlerFunc, globalKey: ["id"] });
    const configuration = { delivery: { format: "json" } };
    await scene.insert({ name: "json-only", topic, handlerFunc, configuration });
  });

  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });

  test("while the registry is down those in JSON are delivered, the others wait, and the cause says why", async () => {
    const told = (): readonly number[] => toldRows(scene.host.log, "mixed").map(({ row }) => row);
    await until(() => told().length > 0, 20_000);
    const seen = await scene.untilCause("ordered", "registry.unavailable");

    expect(told()).toEqual([2]);
    expect((await scene.endings("mixed"))["parked"]).not.toBe("1");
    expect(seen?.observed).toMatchObject({ state: "recovering", cause: { code: "registry.unavailable" } });
    expect((await scene.status("mixed"))?.observed.state).toBe("recovering");
  });

  test("a consumer of JSON alone needs no registry, and parks what is written in another way", async () => {
    await scene.untilEnded("json-only", "parked", 4);

    expect(await scene.endings("json-only")).toMatchObject({ done: "1", parked: "4" });
  });

  test("when it is back all are delivered, and only the record of an unknown schema is parked", async () => {
    registry.isDown = false;
    for (const name of ["mixed", "ordered"]) {
      await scene.untilEnded(name, "done", 4, 60_000);
      await scene.untilEnded(name, "parked", 1);
      expect(await scene.endings(name)).toMatchObject({ done: "4", parked: "1" });
      expect(
        toldRows(scene.host.log, name)
          .map(({ row }) => row)
          .toSorted((one, other) => one - other),
      ).toEqual([1, 1, 2, 4]);
    }
    const { text } = await scene.get("/api/v1/dead-letters?consumer=mixed&limit=10");
    expect(text).toContain("record.schema_unknown");
    expect(registry.asked.filter((path) => path === "/schemas/ids/99").length).toBeLessThanOrEqual(4);
  });

  test("the same records are decoded by hand, with the same registry", async () => {
    const lines = [avroOf(7), ofUnknownSchema(8)].map(({ key, value }) =>
      JSON.stringify({ key_base64: base64(key), value_base64: base64(value) }),
    );
    const file = join(scene.folder, "records.jsonl");
    await writeFile(file, lines.join("\n"));

    const { code, stdout } = await scene.command("change", "decode", file, "--registry", registryUrl);
    const [known, unknown] = stdout.trim().split("\n");

    expect(code).toBe(7);
    expect(JSON.parse(known ?? "")).toMatchObject({
      codec: "debezium-avro",
      writerSchema: "id/1",
      key: { id: 7 },
    });
    expect(JSON.parse(unknown ?? "")).toMatchObject({ failure: { code: "record.schema_unknown" } });
  });

  test("doctor says whether the registry is one, and lets the host in", async () => {
    const well = await scene.command("doctor", "-o", "json");
    registry.isDown = true;
    const ill = await scene.command("doctor", "-o", "json");
    registry.isDown = false;

    const seen = [well, ill].map(({ stdout }) => {
      const { result } = JSON.parse(stdout) as {
        result: readonly { check: string; ok: boolean; detail: string }[];
      };
      return result.find(({ check }) => check.startsWith("schema registry"));
    });
    expect(seen).toMatchObject([{ ok: true }, { ok: false }]);
    expect(seen[1]?.detail).toContain("registry.unavailable");
  });

  test("what records name is logged once, and the token is seen nowhere", async () => {
    const named = scene.host.log.split("\n").filter((line) => line.includes("records name a schema"));
    expect(named.length).toBe(6);
    expect(scene.host.log).not.toContain(token);
    expect(scene.answers.join("\n")).not.toContain(token);
    expect(await scene.tablesHolding(token)).toEqual([]);
  });
});

function base64(part: Message["key"] | Message["value"]): string {
  return Buffer.from(part ?? "").toString("base64");
}
