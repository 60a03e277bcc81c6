// The records of all rows: updates of a patient table as Debezium's PostgreSQL connector writes them, without a schema.
import { hrtime } from "node:process";

/** Records in one request of the producer. */
const chunk = 500;
/** The row's free columns are as long as a record of about 1,062 bytes needs. */
const note = "x".repeat(113);

/** Numbers from 0 to 1 that are the same in every run. */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Draws keys: each alike, or the n-th most frequent one with a share of 1/n (Zipf with exponent 1). */
export function keysOf({ keys, distribution }, random) {
  if (distribution !== "zipf") return () => Math.floor(random() * keys);
  const cumulated = new Float64Array(keys);
  let sum = 0;
  for (let rank = 0; rank < keys; rank += 1) {
    sum += 1 / (rank + 1);
    cumulated[rank] = sum;
  }
  return () => {
    const wanted = random() * sum;
    let [low, high] = [0, keys - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulated[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** One record: 13 columns, before and after. `version` grows per key, so that the target can tell the order. */
export function recordOf({ key, version, partitions }) {
  const sentUs = Number(hrtime.bigint() / 1_000n);
  const row = (rowVersion) =>
    `{"patient_id":${key},"row_version":${rowVersion},"sent_us":${sentUs},"id_type":"01","id_no":"330106${String(key).padStart(12, "0")}","name":"Patient ${key}","sex":"2","birth_date":7300,"phone":"1380000${String(key % 10_000).padStart(4, "0")}","address":"Street ${key % 977}, District ${key % 13}","marital":null,"updated_at":1758240000000000,"note":"${note}"}`;
  const source = `{"version":"3.6.1.Final","connector":"postgresql","name":"bench","ts_ms":1758240000000,"snapshot":"false","db":"his","sequence":"[\\"24023128\\",\\"24023128\\"]","schema":"his","table":"patient","txId":${1_000 + version},"lsn":${24_023_128 + version},"xmin":null}`;
  return {
    partition: key % partitions,
    key: `{"patient_id":${key}}`,
    value: `{"before":${row(version - 1)},"after":${row(version)},"source":${source},"transaction":null,"op":"u","ts_ms":1758240000123}`,
  };
}

/** Fills a topic; answers how many records each partition has. */
export async function fill(producer, topic, set) {
  const { count, partitions } = set;
  const random = randomOf(set.seed ?? 7);
  const draw = keysOf(set, random);
  const versions = new Int32Array(set.keys);
  const ends = Array.from({ length: partitions }, () => 0);
  let bytes = 0;
  for (let sent = 0; sent < count; sent += chunk) {
    const messages = [];
    for (let index = sent; index < Math.min(count, sent + chunk); index += 1) {
      const key = draw();
      versions[key] += 1;
      const record = recordOf({ key, version: versions[key], partitions });
      ends[record.partition] += 1;
      bytes += record.value.length;
      messages.push(record);
    }
    await producer.send({ topic, messages, acks: -1 });
  }
  return { ends, count, meanBytes: Math.round(bytes / count) };
}
