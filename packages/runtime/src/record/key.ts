import type { Consumer, Failure } from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk/codecs";
import { orderingKey } from "@gluttony/sdk/codecs";

/** The ordering key of a record: records of one key run one at a time, in order. */
export type Key = { readonly key: string } | { readonly failure: Failure };

/**
 * Finds the ordering key: the columns of `global_key`, else the record's raw key. Records without any key share
 * one lane per partition, since a table without a key has no identity to order by.
 */
export function keyOf(record: RawRecord, consumer: Pick<Consumer, "globalKey" | "delivery">): Key {
  const found = orderingKey(record, consumer.globalKey, consumer.delivery.replicaIdentity);
  if ("fault" in found) {
    return {
      failure: { kind: "record", code: found.fault, message: "The columns of global_key cannot be read." },
    };
  }
  // The same in every partition: after partitions were added a key may have records in two of them.
  return { key: found.key === null ? `${record.partition}` : `=${found.key}` };
}
