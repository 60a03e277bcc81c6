import type { Consumer, Failure } from "@gluttony/model";
import type { RawRecord, RecordCodec } from "@gluttony/sdk/codecs";
import { keyColumns, orderingKey, schemasNamedBy } from "@gluttony/sdk/codecs";

/** The ordering key of a record: records of one key run one at a time, in order. */
export type Key = { readonly key: string } | { readonly failure: Failure };

/**
 * Finds the ordering key: the columns of `global_key`, else the record's raw key. Records without any key share
 * one lane per partition, since a table without a key has no identity to order by. Columns of a record that names a schema
 * are read by the codec, which has that schema at hand; without a codec they cannot be read.
 */
export function keyOf(
  record: RawRecord,
  consumer: Pick<Consumer, "globalKey" | "delivery" | "decoding">,
  codec?: RecordCodec,
): Key {
  const { globalKey: columns, delivery } = consumer;
  const { replicaIdentity } = delivery;
  const isFramed = codec !== undefined && columns.length > 0 && schemasNamedBy(record).length > 0;
  const found = isFramed
    ? codec.orderingKey(record, { columns, replicaIdentity })
    : orderingKey(record, columns, replicaIdentity);
  if ("fault" in found) return unreadable(found.fault);
  // A tombstone that is a delete must stand in the lane of its row, which only its key can name.
  const isDelete = record.value === null && consumer.decoding.tombstones === "delete";
  if (isDelete && !carries(record, columns)) return unreadable("record.key_unavailable");
  // The same in every partition: after partitions were added a key may have records in two of them.
  return { key: found.key === null ? `${record.partition}` : `=${found.key}` };
}

function unreadable(code: string): Key {
  return { failure: { kind: "record", code, message: "The columns of global_key cannot be read." } };
}

function carries({ key, topic }: RawRecord, columns: readonly string[]): boolean {
  if (columns.length === 0) return true;
  const found = key === null ? null : keyColumns(key, topic);
  return found !== null && columns.every((column) => Object.hasOwn(found, column));
}
