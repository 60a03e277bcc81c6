import type { RawRecord } from "@gluttony/sdk/codecs";
import type { Message } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { avroPatient, patientIds, patientSchemas } from "../../packages/sdk/test/support/avro-patients.ts";
import { type AuthorFolder, authorFolder, authorSource } from "../support/author-folder.ts";
import { changeOf } from "../support/change-of.ts";
import { runCommand, until } from "../support/host.ts";
import { type KafkaTools, kafkaTools } from "../support/kafka-tools.ts";
import { stack } from "../support/stack.ts";
import { StubRegistry } from "../support/stub-registry.ts";
import { watchedDev } from "../support/watched-dev.ts";

const limitMs = 60_000;
const token = "a-token-that-nobody-may-see";
/** Says the row's name where it must not, and the row's number, which is none of a person. */
const telling = authorSource.replace(
  "const { url, limit }",
  'context.log.info("row " + String(change.after?.id), { name: String(change.after?.name) }); const { url, limit }',
);

const byNumber = (one: number, other: number): number => one - other;
const nameOf = (id: number): string => `Kanarienvogel-${id}`;
const rowOf = (id: number): Message => changeOf({ id, name: nameOf(id) });
const avroOf = (id: number, schema: number = patientIds.value): Message => {
  const { key, value }: RawRecord = avroPatient(id, { id });
  const bytes = Buffer.from(value ?? []);
  bytes.writeUInt32BE(schema, 1);
  return { key: Buffer.from(key ?? []), value: bytes };
};

describe.skipIf(stack().unavailable !== "")("gluttony handler dev --topic, on a real broker", () => {
  const registry = new StubRegistry(patientSchemas, { token });
  let tools: KafkaTools;
  let author: AuthorFolder;
  let env: { readonly [name: string]: string };
  let registryUrl: string;

  beforeAll(async () => {
    tools = await kafkaTools(stack().kafka);
    registryUrl = await registry.listen();
    author = await authorFolder();
    await author.write("src/index.ts", telling);
    env = {
      PATH: process.env["PATH"] ?? "",
      KAFKA_HOST: stack().kafka,
      GLUTTONY_SCHEMA_REGISTRY_TOKEN: token,
      GLUTTONY_SCHEMA_REGISTRY: registryUrl,
    };
  });
  afterAll(async () => {
    await author?.[Symbol.asyncDispose]();
    await tools?.[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });

  const once = (...options: readonly string[]) =>
    runCommand(["handler", "dev", author.root, "--once", "-o", "json", ...options], env);
  const endedIn = (stdout: string) =>
    stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === "ended");

  test("changes are run as they come, each once, and a newer build takes over between two of them", async () => {
    const topic = await tools.makeTopic(3);
    await tools.send(topic, [rowOf(1), rowOf(2)]);
    const groupsBefore = (await tools.admin.listGroups()).groups.length;
    await using dev = watchedDev(author.root, ["--topic", topic], env);
    const isBuilt = await until(() => dev.news("built").length === 1, limitMs);

    for (let id = 10; id < 40; id += 1) await tools.send(topic, [rowOf(id)]);
    const isFirst = await until(() => dev.news("ended").length === 30, limitMs);
    await author.write("src/index.ts", telling.replace('"acme.deleted"', '"acme.gone"'));
    const isNewer = await until(() => dev.news("built").length === 2, limitMs);
    await tools.send(topic, [
      { key: '{"id":10}', value: null },
      ...Array.from({ length: 10 }, (_, at) => rowOf(50 + at)),
    ]);
    const isSecond = await until(() => dev.news("ended").length === 42, limitMs);
    const groups = (await tools.admin.listGroups()).groups.length;
    const code = await dev.stop();
    await author.write("src/index.ts", telling);

    expect([isBuilt, isFirst, isNewer, isSecond]).toEqual([true, true, true, true]);
    const [older, newer] = dev.news("built").map(({ build }) => build);
    const of = (build: unknown) => dev.news("ended").filter((one) => one["build"] === build);
    const rows = (build: unknown) => of(build).map(({ log }) => Number(/row (\d+)/.exec(String(log))?.[1]));
    // What was there before is not run; the last change comes once more on the newer build.
    expect(rows(older).toSorted(byNumber)).toEqual(Array.from({ length: 30 }, (_, at) => 10 + at));
    expect(rows(newer)[0]).toBe(rows(older).at(-1));
    expect(rows(newer).slice(1).filter(Number.isFinite).toSorted(byNumber)).toEqual(
      Array.from({ length: 10 }, (_, at) => 50 + at),
    );
    expect(of(newer).map(({ ending }) => ending)).toContain("filtered debezium.tombstone");
    expect(dev.news("replayed").at(-1)).toMatchObject({ build: newer, isWhole: false, isStopped: true });
    expect([code, groups]).toEqual([0, groupsBefore]);
  }, 240_000);

  test("nothing of a row is shown, whatever the handler says, unless it is asked for", async () => {
    const topic = await tools.makeTopic(1);
    await tools.send(topic, [rowOf(1)]);

    const hidden = await once("--topic", topic, "--from", "earliest");
    const revealed = await once("--topic", topic, "--from", "earliest", "--reveal");

    expect(hidden).toMatchObject({ code: 0, stdout: expect.not.stringContaining("Kanarienvogel") });
    expect(endedIn(hidden.stdout)).toMatchObject([{ record: `${topic}-0@0`, ending: "done" }]);
    expect(endedIn(revealed.stdout)).toMatchObject([{ change: { after: { id: 1, name: nameOf(1) } } }]);
  }, 120_000);

  test.each([
    ["in a cell", []],
    ["in the command's own process", ["--inline"]],
  ] as const)(
    "JSON and Avro in one topic are decoded %s, with the registry's schemas",
    async (_where, how) => {
      const topic = await tools.makeTopic(1);
      await tools.send(topic, [rowOf(1), avroOf(2), avroOf(3, 99), avroOf(4)]);

      const { stdout } = await once("--topic", topic, "--from", "earliest", "--reveal", ...how);
      const seen = endedIn(stdout);

      expect(seen.map(({ ending }) => String(ending).split(":")[0])).toEqual([
        "done",
        "done",
        "record record.schema_unknown",
        "done",
      ]);
      expect(seen.map(({ change }) => change?.after?.id)).toEqual([1, 2, undefined, 4]);
    },
    120_000,
  );

  test("only committed records are run, from a time or an offset on, of the partition that is named", async () => {
    const topic = await tools.makeTopic(2);
    // Not so old that the broker deletes them.
    const firstMs = Date.now() - 600_000;
    const at = (minute: number): string => String(firstMs + minute * 60_000);
    const inPartition = (partition: number, id: number, minute: number): Message => ({
      ...rowOf(id),
      partition,
      timestamp: at(minute),
    });
    const transactional = await tools.transactional();
    const aborted = await transactional.transaction();
    await aborted.send({ topic, messages: [inPartition(1, 99, 1)] });
    await aborted.abort();
    await tools.send(topic, [inPartition(0, 1, 1), inPartition(0, 2, 2), inPartition(1, 3, 3)]);
    const secondMinute = new Date(Number(at(2))).toISOString();
    const rows = async (...options: readonly string[]) => {
      const { stdout } = await once("--topic", topic, "--reveal", ...options);
      return endedIn(stdout).map(({ change }) => change.after.id);
    };

    expect((await rows("--from", "earliest")).toSorted(byNumber)).toEqual([1, 2, 3]);
    expect(await rows("--from", secondMinute, "--partition", "0")).toEqual([2]);
    expect(await rows("--from", "1", "--partition", "0")).toEqual([2]);
    expect(await rows("--partition", "1")).toEqual([]);
  }, 240_000);

  test("what cannot be done ends with its code, and leaves nothing behind", async () => {
    const topic = await tools.makeTopic(2);
    const refused = async (settings: { readonly [name: string]: string }, ...options: readonly string[]) => {
      const command = ["handler", "dev", author.root, "--once", ...options];
      const { code, stderr } = await runCommand(command, settings);
      return [code, /✕ (\S+)/.exec(stderr)?.[1]];
    };

    expect(await refused(env, "--topic", "nobody-made-it")).toEqual([3, "kafka.topic_missing"]);
    expect(await refused(env, "--topic", topic, "--from", "yesterday")).toEqual([2, "request.invalid"]);
    expect(await refused(env, "--topic", topic, "--from", "5")).toEqual([2, "request.invalid"]);
    expect(await refused(env, "--from", "earliest")).toEqual([2, "request.invalid"]);
    expect(await refused(env, "--topic", topic, "--from", "5", "--partition", "0")).toEqual([
      4,
      "kafka.offset_out_of_range",
    ]);
    expect((await refused(env, "--topic", topic, "--partition", "9"))[1]).toBe("position.invalid");
    expect(await refused({ PATH: env["PATH"] ?? "" }, "--topic", topic)).toEqual([2, "config.invalid"]);
  }, 240_000);
});
