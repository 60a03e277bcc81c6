import { expect, test } from "vitest";
import { guard } from "../../src/record/guard.ts";

const limits = { recordBytesMax: 1_000_000, depthMax: 64 };
const recordOf = (value: string | null) => ({
  topic: "t",
  partition: 0,
  offset: 0n,
  timestampMs: 0,
  key: null,
  value: value === null ? null : Buffer.from(value),
  headers: [],
});

test("an ordinary record passes", () => {
  expect(guard(recordOf('{"a":[1,{"b":"[[[["}]}'), limits)).toBeUndefined();
  expect(guard(recordOf(null), limits)).toBeUndefined();
});

test("a record nested 100,000 levels deep is refused by name", () => {
  expect(guard(recordOf("[".repeat(100_000)), limits)).toMatchObject({
    kind: "record",
    code: "record.too_deep",
  });
});

test("brackets inside of strings, also behind escapes, are not depth", () => {
  expect(guard(recordOf(JSON.stringify({ a: `\\"${"[".repeat(5_000)}"` })), limits)).toBeUndefined();
});

test("a record of 20 MB is refused by name, and its size is said", () => {
  const failure = guard(recordOf("x".repeat(20_000_000)), limits);

  expect(failure).toMatchObject({ kind: "record", code: "record.too_large" });
  expect(failure?.message).toContain("20000000");
});

test("headers count, too", () => {
  const headers = [{ name: "h", value: Buffer.alloc(1_000_000) }];

  expect(guard({ ...recordOf("{}"), headers }, limits)).toMatchObject({ code: "record.too_large" });
  expect(guard({ ...recordOf("{}"), headers: [{ name: "h", value: null }] }, limits)).toBeUndefined();
});

test("the limit itself is allowed", () => {
  expect(guard(recordOf(`${"[".repeat(64)}${"]".repeat(64)}`), limits)).toBeUndefined();
  expect(guard(recordOf(`${"[".repeat(65)}${"]".repeat(65)}`), limits)).toMatchObject({
    code: "record.too_deep",
  });
});
