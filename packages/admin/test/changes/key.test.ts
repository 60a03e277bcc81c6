import { expect, test } from "vitest";
import { keyPlaceOf } from "../../src/changes/key-place.ts";
import { keyBytesLike, keyWishOf } from "../../src/changes/key-wish.ts";
import { byteSum, jsonBytes, MemoryTopic } from "../support/memory-changes.ts";

const like = (sample: string, key: string): string | undefined =>
  keyBytesLike(Buffer.from(sample), keyWishOf(key))?.toString("utf8");

test.each([
  ['{"id":1}', '{"id":42}', '{"id":42}'],
  ['{"id":1}', '{ "id": "42" }', '{"id":42}'],
  ['{"id":"a"}', '{"id":42}', '{"id":"42"}'],
  ['{"a":1,"b":"x"}', '{"b":"y","a":2}', '{"a":2,"b":"y"}'],
  [
    '{"schema":{"type":"struct"},"payload":{"id":1}}',
    '{"id":42}',
    '{"schema":{"type":"struct"},"payload":{"id":42}}',
  ],
  ['{"id": 1}', '{"id":42}', undefined],
  ['{"id":1,"b":2}', '{"id":42}', undefined],
  ['{"id":1}', '{"id":9007199254740993}', undefined],
  ['{"id":1}', '{"id":"x"}', undefined],
  ["\u0000\u0000\u0000\u0000\u0007\u0002", '{"id":42}', undefined],
])("beside keys like %s, %s is written %s", (sample, key, written) => {
  expect(like(sample, key)).toBe(written);
});

function topicPlacedBy(place: (key: Uint8Array) => number): MemoryTopic {
  const topic = new MemoryTopic("t", 3);
  for (let id = 0; id < 30; id += 1) {
    const key = jsonBytes({ id });
    topic.add(place(key), { key });
  }
  return topic;
}

const find = (topic: MemoryTopic, key: string): ReturnType<typeof keyPlaceOf> =>
  keyPlaceOf(keyWishOf(key), "t", { bounds: topic.bounds, reader: topic.reader });

test("a key's partition is told where other keys lie as the partitioner puts them", async () => {
  const topic = topicPlacedBy((key) => byteSum(key, 3));

  expect(await find(topic, '{"id":42}')).toMatchObject({
    certainty: "checked",
    partition: byteSum(jsonBytes({ id: 42 }), 3),
  });
});

test("where they do not, every partition must be searched, and the answer says why", async () => {
  const topic = topicPlacedBy((key) => (byteSum(key, 3) + 1) % 3);

  expect(await find(topic, '{"id":42}')).toMatchObject({ certainty: "unknown", partition: null });
  expect((await find(topic, '{"id":42}')).note).toContain("a way of its own");
});

test.each(['{"other":42}', '{"id":42,"more":1}'])(
  "a key of other columns, %s, is looked for everywhere",
  async (key) => {
    const topic = topicPlacedBy((bytes) => byteSum(bytes, 3));

    expect((await find(topic, key)).certainty).toBe("unknown");
  },
);

test("of a topic with one partition nothing need be found out", async () => {
  const topic = new MemoryTopic("t", 1);

  expect(await find(topic, '{"id":42}')).toMatchObject({ certainty: "only", partition: 0 });
  expect(topic.looks).toBe(0);
});
