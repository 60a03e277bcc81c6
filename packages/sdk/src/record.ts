/** Where one record stands in Kafka; identifies it for ever within one topic id. */
export interface RecordCoordinates {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** One Kafka header; Kafka allows a name to repeat and a value to be absent. */
export interface RecordHeader {
  readonly name: string;
  readonly value: Uint8Array | null;
}

/** A record as Kafka gave it: raw bytes and coordinates, nothing decoded. */
export interface RawRecord extends RecordCoordinates {
  /** Milliseconds since the epoch, as the broker or the producer stamped it. */
  readonly timestampMs: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly RecordHeader[];
}
