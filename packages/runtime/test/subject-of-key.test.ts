import { expect, test } from "vitest";
import { keyOf } from "../src/record/key.ts";
import { subjectOfKey } from "../src/subject-of-key.ts";
import { memoryConsumer, recordOf } from "./support/memory-ports.ts";

const hash = { of: (key: string) => `hash of ${key}` };

test("a key is known under the same subject as the records that carry it, in whichever partition", () => {
  const consumer = { ...memoryConsumer(), globalKey: ["id"] };
  const lanes = [0, 3].map((partition) =>
    keyOf({ ...recordOf(7, '{"id":5,"other":1}'), partition }, consumer),
  );

  const subject = subjectOfKey('{"id":5}', consumer, hash);

  expect(lanes.map((lane) => ("key" in lane ? `hash of ${lane.key}` : ""))).toEqual([subject, subject]);
});

test("without columns to order by, the key's own text is what counts", () => {
  const consumer = memoryConsumer();
  const lane = keyOf({ ...recordOf(7, "a"), partition: 2 }, consumer);

  expect(subjectOfKey("a", consumer, hash)).toBe("key" in lane ? `hash of ${lane.key}` : "");
});
