import { expect, test } from "vitest";
import { keyOf } from "../../src/record/key.ts";
import { memoryConsumer, recordOf } from "../support/memory-ports.ts";

const base = { ...memoryConsumer(), globalKey: ["patient_id"] };
const consumer = { ...base, decoding: { ...base.decoding, tombstones: "delete" } } as const;

test("a tombstone that is a delete stands in the lane of its row", () => {
  const row = recordOf(1, '{"patient_id":"P1"}', '{"patient_id":"P1","__op":"u"}');

  expect(keyOf(recordOf(2, '{"patient_id":"P1"}', null), consumer)).toEqual(keyOf(row, consumer));
});

test("one whose key does not hold the columns of global_key is refused: its row's lane is not known", () => {
  expect(keyOf(recordOf(2, '{"id":1}', null), consumer)).toMatchObject({
    failure: { code: "record.key_unavailable" },
  });
  expect(keyOf(recordOf(2, '{"id":1}', null), { ...consumer, decoding: base.decoding })).toHaveProperty(
    "key",
  );
});
