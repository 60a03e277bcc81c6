import type { WriterSchema } from "@gluttony/sdk/codecs";
import { expect, test } from "vitest";
import { decodeJson, FrameDecoder, frameTypes, hostFrameBytesMax } from "../../src/cell/frames.ts";
import { Introductions } from "../../src/cell/introductions.ts";
import { SchemaShelf, shelfCharactersMax, shelfSchemasMax } from "../../src/cell/schema-shelf.ts";

const schema = (id: number, text = "{}"): WriterSchema => ({
  ref: `id/${id}`,
  language: "avro",
  text,
  references: [],
});
const consumer = {
  id: "1",
  name: "c",
  revision: 1n,
  handler: "h",
  config: {},
  deadlineMs: 1,
  graceMs: 1,
  decoding: { format: "avro", operations: ["insert"] },
} as const;
const record = { topic: "t", partition: 0, offset: 0n, timestampMs: 0, key: null, value: null, headers: [] };
const request = { record, consumer, attempt: 1, idempotencyKey: "k" };

test("a schema is put on the shelf once, and anew when it is another one", () => {
  const shelf = new SchemaShelf();

  expect([shelf.put(schema(1)), shelf.put(schema(1)), shelf.put(schema(1, "[]"))]).toEqual([
    true,
    false,
    true,
  ]);
  expect(shelf.get("id/1")?.text).toBe("[]");
});

test("a full shelf forgets what came first, by number and by size, and never what has just come", () => {
  const many = new SchemaShelf();
  for (let id = 1; id <= shelfSchemasMax + 1; id += 1) many.put(schema(id));
  const large = new SchemaShelf();
  const half = "x".repeat(shelfCharactersMax / 2);
  for (const id of [1, 2, 3]) large.put(schema(id, half));
  large.put(schema(4, "x".repeat(shelfCharactersMax + 1)));

  expect([many.get("id/1"), many.get("id/2")?.ref]).toEqual([undefined, "id/2"]);
  expect([1, 2, 3, 4].map((id) => large.get(`id/${id}`)?.ref)).toEqual([
    undefined,
    undefined,
    undefined,
    "id/4",
  ]);
});

test("a process hears of a consumer and of a schema once, before the first attempt that needs them", () => {
  const introductions = new Introductions();
  const framesBefore = (schemas?: readonly WriterSchema[]) => {
    const { frames } = introductions.before(schemas === undefined ? request : { ...request, schemas });
    return new FrameDecoder(hostFrameBytesMax).push(Buffer.concat(frames)).map(({ type, payload }) => ({
      type,
      message: decodeJson(payload),
    }));
  };

  expect(framesBefore()).toMatchObject([
    { type: frameTypes.consumer, message: { decoding: { format: "avro", operations: ["insert"] } } },
  ]);
  expect(framesBefore([schema(1), schema(2)])).toEqual([
    { type: frameTypes.schema, message: schema(1) },
    { type: frameTypes.schema, message: schema(2) },
  ]);
  expect(framesBefore([schema(2), schema(1)])).toEqual([]);
  expect(framesBefore()).toEqual([]);
});

test("what the host forgets its cell forgets with it", () => {
  const host = new SchemaShelf();
  const cell = new SchemaShelf();
  const seen: boolean[] = [];
  for (let round = 0; round < 5_000; round += 1) {
    const one = schema((round * 7_919) % 900);
    if (host.put(one)) cell.put(one);
    seen.push(cell.get(one.ref) !== undefined);
  }

  expect(seen.includes(false)).toBe(false);
});
