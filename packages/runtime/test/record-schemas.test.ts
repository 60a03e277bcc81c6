import { LiveTrace } from "@gluttony/core";
import { RecordCodec } from "@gluttony/sdk/codecs";
import { describe, expect, test, vi } from "vitest";
import { avroPatient, patientIds, patientSchemas } from "../../sdk/test/support/avro-patients.ts";
import type { FoundSchema } from "../src/ports.ts";
import { keyOf } from "../src/record/key.ts";
import { guard } from "../src/record/guard.ts";
import { RecordSchemas } from "../src/record-schemas.ts";
import { Shadow } from "../src/shadow/shadow.ts";
import { memoryConsumer, MemoryCell, memoryRun, recordOf } from "./support/memory-ports.ts";

const soon = { timeout: 5_000, interval: 5 };
const origin = "http://registry.test";
const known = (ref: string): FoundSchema => {
  const schema = patientSchemas.find((one) => one.ref === ref);
  if (schema !== undefined) return { asked: origin, schema };
  return { asked: origin, failure: { kind: "record", code: "record.schema_unknown", message: "" } };
};
const down = (): FoundSchema => ({
  asked: origin,
  failure: { kind: "transient", code: "registry.unavailable", message: "", target: origin },
});

const told = { onAnswered: () => undefined, onFound: () => undefined };

test("a record is handed to its cell with the schemas that it names, and one in JSON without any", async () => {
  const { run, source, positions, cell, schemas, ended } = memoryRun([0]);
  schemas.answers = known;
  source.feed({ records: [avroPatient(0, { id: 1 }), recordOf(1, "a")] });

  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(2n), soon);
  await run.stop(1_000);
  await ended;

  const asked = cell.asked.toSorted((one, other) => Number(one.record.offset - other.record.offset));
  expect(asked[0]?.schemas?.map(({ ref }) => ref)).toEqual(["id/1", "id/2"]);
  expect(asked[1]).not.toHaveProperty("schemas");
  expect(schemas.asked).toEqual(["id/1", "id/2"]);
});

test("while the registry is down its records wait and none is parked, records in JSON go on", async () => {
  const { run, source, positions, parked, cell, schemas, breakers, ended } = memoryRun([0], {
    attemptsMax: 2,
  });
  schemas.answers = down;
  source.feed({ records: [avroPatient(0, { id: 1 }), recordOf(1, "a"), avroPatient(2, { id: 3 })] });

  await vi.waitFor(() => expect(breakers.isUp(origin)).toBe(false), soon);
  await vi.waitFor(() => expect(cell.asked.length).toBeGreaterThan(0), soon);
  expect(cell.asked.map(({ record }) => record.offset)).toEqual([1n]);
  expect(positions.byPartition.get(0)?.mark).toBe(0n);
  expect(breakers.isUp(origin)).toBe(false);
  schemas.answers = known;
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(3n), {
    timeout: 15_000,
    interval: 20,
  });
  await run.stop(1_000);
  await ended;

  expect(parked).toEqual([]);
}, 30_000);

test("a record whose schema nobody knows is parked by that name, without an attempt in its cell", async () => {
  const { run, source, positions, parked, cell, schemas, ended } = memoryRun([0]);
  schemas.answers = (ref) => (ref === "id/1" ? { ...known("?"), asked: origin } : known(ref));
  source.feed({ records: [avroPatient(0, { id: 1 })] });

  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(1n), soon);
  await run.stop(1_000);
  await ended;

  expect(parked.map(({ failure }) => failure.code)).toEqual(["record.schema_unknown"]);
  expect(cell.asked).toEqual([]);
});

test("a registry that refuses the host blocks the consumer", async () => {
  const { run, source, parked, schemas, ended } = memoryRun([0]);
  schemas.answers = () => ({
    asked: origin,
    failure: { kind: "auth", code: "registry.refused", message: "" },
  });
  source.feed({ records: [avroPatient(0, { id: 1 })] });

  await vi.waitFor(() => expect(run.health.blockedBy?.code).toBe("registry.refused"), soon);
  await run.stop(0);
  await ended;

  expect(parked).toEqual([]);
});

test("a shadow gets the schemas that a record names, too", async () => {
  const { run, source, positions, schemas, ended } = memoryRun([0]);
  schemas.answers = known;
  const shadowed = new MemoryCell();
  const consumer = {
    id: "1",
    name: "c",
    revision: 1n,
    handler: "h",
    config: {},
    deadlineMs: 1_000,
    graceMs: 1_000,
  };
  const shadow = new Shadow({
    cell: shadowed,
    consumer,
    trace: () => new LiveTrace(),
    note: () => undefined,
  });
  run.shadowBy(shadow);
  source.feed({ records: [avroPatient(0, { id: 1 })] });

  await vi.waitFor(() => expect(shadowed.asked).toHaveLength(1), soon);
  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(1n), soon);
  shadow.close();
  await run.stop(1_000);
  await ended;

  expect(shadowed.asked[0]?.schemas?.map(({ ref }) => ref)).toContain("id/1");
});

test("the fence reads the versions of records in Avro", async () => {
  const { run, source, positions, cell, schemas, ended } = memoryRun([0], { fence: "subject" });
  schemas.answers = known;
  const versions = [9, 3].map((lsn, offset) => avroPatient(offset, { id: 1, lsn }));
  source.feed({ records: versions });

  await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(2n), soon);
  await run.stop(1_000);
  await ended;

  expect(cell.asked.map(({ record }) => record.offset)).toEqual([0n]);
  expect(positions.byPartition.get(0)?.endings).toMatchObject({ done: 1, filtered: 1 });
});

describe("with columns as the ordering key", () => {
  test("records in Avro are ordered by their values, whichever schema their key was written with", async () => {
    const consumer = { ...memoryConsumer(), globalKey: ["id"] };
    const codec = new RecordCodec(new Map(patientSchemas.map((schema) => [schema.ref, schema])));
    const [one, renewed, other] = [
      avroPatient(0, { id: 7 }),
      avroPatient(1, { id: 7, keyId: patientIds.newKey }),
      avroPatient(2, { id: 8 }),
    ].map((record) => keyOf(record, consumer, codec));

    expect(renewed).toEqual(one);
    expect(other).not.toEqual(one);
    expect(one).toEqual(keyOf(recordOf(3, '{"id":7}'), consumer));
  });

  test("reading waits for the registry, says so, and goes on when it is back", async () => {
    const { run, source, positions, parked, schemas, breakers, ended } = memoryRun([0], {}, undefined, {
      globalKey: ["id"],
    });
    schemas.answers = down;
    source.feed({ records: [avroPatient(0, { id: 1 }), avroPatient(1, { id: 1 })] });

    await vi.waitFor(() => expect(run.health.trouble?.code).toBe("registry.unavailable"), soon);
    expect(run.openCount).toBe(0);
    await vi.waitFor(() => expect(breakers.isUp(origin)).toBe(false), soon);
    run.health.noteStoresWork();
    expect(run.health.trouble?.code).toBe("registry.unavailable");
    schemas.answers = known;
    await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(2n), soon);
    expect(run.health.trouble).toBeNull();
    await run.stop(1_000);
    await ended;

    expect(parked).toEqual([]);
  }, 30_000);

  test("a schema that nobody knows parks the record", async () => {
    const { run, source, positions, parked, ended } = memoryRun([0], {}, undefined, { globalKey: ["id"] });
    source.feed({ records: [avroPatient(0, { id: 1 })] });

    await vi.waitFor(() => expect(positions.byPartition.get(0)?.mark).toBe(1n), soon);
    await run.stop(1_000);
    await ended;

    expect(parked.map(({ failure }) => failure.code)).toEqual(["record.key_invalid"]);
  });
});

test("a host without a registry says so, and reads a key of bytes beside JSON all the same", async () => {
  const schemas = new RecordSchemas({ registry: null, ...told }, "auto");
  const opaque = { ...recordOf(0, "a"), key: Uint8Array.from([0, 0, 1, 0, 0, 0, 0, 1]) };

  const found = await schemas.find(schemas.namedBy(avroPatient(0, { id: 1 })));

  expect(found).toMatchObject({ failure: { kind: "record", code: "registry.not_configured" } });
  expect(schemas.namedBy(opaque)).toEqual([]);
});

test("a key of bytes beside JSON is no hindrance when no schema is called so", async () => {
  const asked: string[] = [];
  const schemas = new RecordSchemas(
    { registry: { find: (ref) => (asked.push(ref), known(ref)) }, ...told },
    "auto",
  );
  const opaque = { ...recordOf(0, "a"), key: Uint8Array.from([0, 0, 1, 0, 0, 0, 0, 1]) };

  expect(await schemas.find(schemas.namedBy(opaque))).toMatchObject({ schemas: [] });
  expect(asked).toEqual(["id/65536"]);
});

test("a consumer that reads JSON alone asks for nothing", () => {
  const schemas = new RecordSchemas({ registry: { find: known }, ...told }, "json");

  expect(schemas.namedBy(avroPatient(0, { id: 1 }))).toEqual([]);
});

test("brackets in binary data are no nesting", () => {
  const record = avroPatient(0, { id: 1, do: "[{".repeat(200) });

  expect(guard(record, { recordBytesMax: 10_000, depthMax: 64 })).toBeUndefined();
  expect(guard(recordOf(0, "a", "[{".repeat(200)), { recordBytesMax: 10_000, depthMax: 64 })).toBeDefined();
});
