// One record of the bench's workload as the engine gets it.
import { recordOf } from "../workload.mjs";

export function rawRecord(index) {
  const { key, value } = recordOf({ key: index, version: 2, partitions: 12 });
  return {
    topic: "bench.his.patient",
    partition: index % 12,
    offset: BigInt(index),
    timestampMs: 1,
    headers: [],
    key: Buffer.from(key),
    value: Buffer.from(value),
  };
}
