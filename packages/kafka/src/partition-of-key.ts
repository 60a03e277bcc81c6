import { Partitioners } from "kafkajs";

const partitioner = Partitioners.DefaultPartitioner();

/** Where Kafka's own partitioner, which Kafka Connect uses, sends a key: by its murmur2 hash. Pure. */
export function partitionOfKey(key: Uint8Array, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 0,
    replicas: [],
    isr: [],
    offlineReplicas: [],
  }));
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  return partitioner({ topic: "", partitionMetadata, message: { key: bytes, value: null } });
}
