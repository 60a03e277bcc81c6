import type { Consumer } from "@gluttony/model";
import type { SubjectHash } from "./ports.ts";
import { keyOf } from "./record/key.ts";

/**
 * The subject under which records of a key are known; null when the key lacks columns of `global_key`. `key` is the
 * record key as text: JSON with those columns, or the key's own text.
 */
export function subjectOfKey(key: string, consumer: Consumer, hash: SubjectHash): string | null {
  const record = {
    topic: consumer.topic,
    partition: 0,
    offset: 0n,
    timestampMs: 0,
    key: Buffer.from(key, "utf8"),
    value: null,
    headers: [],
  };
  const found = keyOf(record, consumer);
  return "failure" in found ? null : hash.of(found.key);
}
