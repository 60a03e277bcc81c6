import { compileDecoding, type RawRecord, RecordCodec } from "@gluttony/sdk/codecs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodedBytesMax, recordView, type RecordView } from "../../src/changes/record-view.ts";
import { changeBytes, jsonBytes } from "../support/memory-changes.ts";

const codec = new RecordCodec(new Map(), "auto", compileDecoding({ tombstones: "delete" }));
const none = { rules: [] };

function view(fields: Partial<RawRecord>, masks: Parameters<typeof recordView>[2] = none): RecordView {
  const record = {
    ...{ topic: "his.public.patient", partition: 2, offset: 9_007_199_254_740_993n, timestampMs: 1_000 },
    ...{ key: null, value: null, headers: [] },
    ...fields,
  };
  return recordView(record, codec, masks);
}

/** Every way in which a text may hide in an answer. */
function hidingPlaces(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, "utf8");
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    bytes.toString("base64").replace(/=+$/, "").slice(0, -1),
    bytes.toString("base64url").slice(0, -1),
    bytes.toString("hex"),
    encodeURIComponent(secret),
    bytes.toString("latin1"),
    Array.from(secret).toReversed().join(""),
  ];
}

const secretText = fc.string({ minLength: 6, maxLength: 20, unit: "grapheme" }).map((text) => `§${text}§张`);
const secretNumber = fc.bigInt({ min: 10n ** 12n, max: 9n * 10n ** 15n }).map(String);

test("no value of a masked column is in the answer, in any writing, wherever it stood", () => {
  fc.assert(
    fc.property(secretText, secretNumber, fc.boolean(), (text, digits, isDelete) => {
      const row = {
        id: `${text}k`,
        name: text,
        born: [text, { deep: text }],
        number: Number(digits),
        ok: "shown-one",
      };
      const value = isDelete
        ? changeBytes({ op: "d", before: row })
        : changeBytes({ before: { ...row, ok: "shown-two" }, after: row });
      const answered = JSON.stringify(
        view(
          {
            key: jsonBytes({ id: `${text}k` }),
            value,
            headers: [
              { name: "__debezium.newkey", value: jsonBytes({ id: text }) },
              { name: "who", value: Buffer.from(text, "utf8") },
            ],
          },
          { rules: [{ tables: "*", columns: "ok", effect: "show" }] },
        ),
      );

      for (const hidden of [...hidingPlaces(text), digits]) expect(answered).not.toContain(hidden);
      expect(answered).toContain("shown-one");
    }),
  );
});

test("of a masked value its length is not told, nor whether a number is large or whole", () => {
  const shapeOf = (after: object): string =>
    JSON.stringify(view({ value: changeBytes({ op: "c", after }) }).fields);

  expect(shapeOf({ a: "x" })).toBe(shapeOf({ a: "x".repeat(500) }));
  expect(shapeOf({ a: 1 })).toBe(shapeOf({ a: 1.5 }));
  expect(
    view({
      value: Buffer.from('{"op":"c","after":{"a":9007199254740993},"source":{"connector":"postgresql"}}'),
    }).fields,
  ).toEqual(
    view({ value: Buffer.from('{"op":"c","after":{"a":1},"source":{"connector":"postgresql"}}') }).fields,
  );
});

test("an update is compared column by column; what is shown loses nothing", () => {
  const after = '{"id":9007199254740993,"status":"out","name":"张三","gone":null,"rate":0.5}';
  const before = '{"id":9007199254740993,"status":"in","name":"李四","gone":"x","rate":0.5}';
  const source =
    '{"connector":"postgresql","db":"his","schema":"public","table":"patient","lsn":20,"txId":7,"sequence":"[\\"10\\",\\"20\\"]"}';
  const value = Buffer.from(`{"op":"u","before":${before},"after":${after},"source":${source}}`);

  const seen = view(
    { key: Buffer.from('{"id":9007199254740993}'), value },
    {
      rules: [
        { tables: "public.*", columns: "*", effect: "show" },
        { tables: "patient", columns: "NAME", effect: "mask" },
      ],
    },
  );

  expect(seen).toMatchObject({
    kind: "change",
    operation: "update",
    offset: "9007199254740993",
    key: [{ name: "id", shown: { state: "shown", type: "number", value: "9007199254740993" } }],
    source: {
      table: "patient",
      position: { kind: "postgresql", parts: ["10", "20"] },
      transaction: { id: "7", totalOrder: null },
    },
  });
  expect(
    seen.fields.map(({ name, isChanged, before: was, after: is }) => [name, isChanged, was.state, is.value]),
  ).toEqual([
    ["id", false, "shown", "9007199254740993"],
    ["status", true, "shown", "out"],
    ["name", true, "masked", null],
    ["gone", true, "shown", null],
    ["rate", false, "shown", 0.5],
  ]);
});

test("a reveal shows values, keys and headers", () => {
  const seen = view(
    {
      key: jsonBytes({ id: 7 }),
      value: changeBytes({ op: "c", after: { id: 7, name: "张三" } }),
      headers: [{ name: "who", value: Buffer.from("ann") }],
    },
    "nothing",
  );

  expect(seen.fields.map(({ after }) => after.value)).toEqual(["7", "张三"]);
  expect(seen.headers).toEqual([{ name: "who", state: "shown", value: "ann" }]);
});

test("a tombstone whose key cannot be read is a tombstone", () => {
  expect(view({ key: Uint8Array.of(0, 0, 0, 0, 7, 1), value: null })).toMatchObject({
    ...{ kind: "tombstone", isTombstone: true, failure: null },
  });
});

test("a tombstone tells its key, masked, and nothing besides", () => {
  const seen = view(
    { key: jsonBytes({ id: 7 }) },
    { rules: [{ tables: "*", columns: "*", effect: "show" }] },
  );

  expect(seen).toMatchObject({ kind: "tombstone", isTombstone: true, fields: [] });
  expect(seen.key).toEqual([{ name: "id", shown: { state: "masked", type: "number", value: null } }]);
});

test.each([
  ["no JSON", Buffer.from("\u0001not json 张三"), "undecodable"],
  ["of no family", jsonBytes({ name: "张三" }), "undecodable"],
  ["too large", Buffer.alloc(decodedBytesMax + 1, "x"), "oversized"],
])("a record that is %s is shown as such, without its bytes", (_, value, kind) => {
  const seen = view({ value });

  expect(seen.kind).toBe(kind);
  expect(JSON.stringify(seen)).not.toMatch(/张三|xxxx/);
  expect(kind === "oversized" ? seen.sizeBytes : seen.failure?.code).toBeTruthy();
});
