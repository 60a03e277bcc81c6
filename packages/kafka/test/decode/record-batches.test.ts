import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  type AbortedTransaction,
  type PartitionRead,
  readRecordBatches,
} from "../../src/decode/record-batches.ts";
import {
  CONTROL,
  LOG_APPEND_TIME,
  TRANSACTIONAL,
  marker,
  recordBatch,
  type RecordWish,
} from "../record-batch-bytes.ts";

const GZIP = 1;
const SNAPPY = 2;
const MARKER_LIKE_KEY = Buffer.from([0, 0, 0, 0]);

function read(batches: readonly Buffer[], aborted: readonly AbortedTransaction[] = []): PartitionRead {
  return readWithin(Number.POSITIVE_INFINITY, batches, aborted);
}

function readWithin(
  leftBytes: number,
  batches: readonly Buffer[],
  aborted: readonly AbortedTransaction[] = [],
): PartitionRead {
  const from = { topic: "t", partition: 3, aborted, budget: { leftBytes } };
  return readRecordBatches(Buffer.concat(batches), from);
}

function offsetsOf({ records }: PartitionRead): readonly bigint[] {
  return records.map(({ offset }) => offset);
}

function plain(count: number): RecordWish[] {
  return Array.from({ length: count }, (_, offsetDelta) => ({
    offsetDelta,
    value: Buffer.from(`v${offsetDelta}`),
  }));
}

const inTransaction = (baseOffset: bigint, producerId: bigint): Buffer =>
  recordBatch({
    baseOffset,
    producerId,
    attributes: TRANSACTIONAL,
    records: [{ offsetDelta: 0, key: MARKER_LIKE_KEY }],
  });

describe("records", () => {
  test("come out with everything that was written", () => {
    const headers = [
      ["trace", Buffer.from("abc")],
      ["trace", null],
    ] as const;
    const key = Buffer.from("k");
    const batch = recordBatch({
      baseOffset: 40n,
      records: [
        { offsetDelta: 0, timestampDelta: 7, key, value: Buffer.from("v"), headers },
        { offsetDelta: 2, timestampDelta: -5, key: null, value: null },
        { offsetDelta: 3, key: Buffer.alloc(0), value: Buffer.alloc(300, 1) },
      ],
    });

    const { records, positionAfter, unreadable } = read([batch]);

    expect(unreadable).toBeNull();
    expect(positionAfter).toBe(44n);
    expect(records).toEqual([
      {
        topic: "t",
        partition: 3,
        offset: 40n,
        timestampMs: 1_700_000_000_007,
        key,
        value: Buffer.from("v"),
        headers: headers.map(([name, value]) => ({ name, value })),
      },
      {
        topic: "t",
        partition: 3,
        offset: 42n,
        timestampMs: 1_699_999_999_995,
        key: null,
        value: null,
        headers: [],
      },
      expect.objectContaining({ offset: 43n, key: Buffer.alloc(0), value: Buffer.alloc(300, 1) }),
    ]);
  });

  test("carry the broker's time where the topic says so", () => {
    const batch = recordBatch({
      baseOffset: 0n,
      attributes: LOG_APPEND_TIME,
      maxTimestamp: 99n,
      records: [{ offsetDelta: 0, timestampDelta: 5 }],
    });

    expect(read([batch]).records[0]?.timestampMs).toBe(99);
  });

  test("of a compressed batch are inflated", () => {
    const batch = recordBatch({ baseOffset: 5n, attributes: GZIP, records: plain(100), deflate: gzipSync });

    expect(offsetsOf(read([batch]))).toEqual(Array.from({ length: 100 }, (_, index) => 5n + BigInt(index)));
  });
});

describe("the position after", () => {
  test("is past what compaction took from the end of a batch", () => {
    const batch = recordBatch({ baseOffset: 0n, lastOffsetDelta: 199, records: plain(1) });

    expect(read([batch]).positionAfter).toBe(200n);
  });

  test("is past a batch that compaction emptied", () => {
    expect(read([recordBatch({ baseOffset: 0n, lastOffsetDelta: 29, records: [] })]).positionAfter).toBe(30n);
  });

  test("is past control records", () => {
    const { positionAfter, records } = read([marker(8n, 1n, "commit")]);

    expect([positionAfter, records]).toEqual([9n, []]);
  });

  test("stops before a batch that was cut off, wherever the cut is", () => {
    const whole = recordBatch({ baseOffset: 0n, records: plain(2) });
    const next = recordBatch({ baseOffset: 2n, records: plain(2) });
    for (let cut = 0; cut < next.length; cut++) {
      const result = read([whole, next.subarray(0, cut)]);

      expect(result).toMatchObject({ positionAfter: 2n, unreadable: null });
      expect(offsetsOf(result)).toEqual([0n, 1n]);
    }
  });

  test("is past the first batch only, once what was inflated is enough for one response", () => {
    const large = (baseOffset: bigint): Buffer => {
      const records = [{ offsetDelta: 0, value: Buffer.alloc(1_000) }];
      return recordBatch({ baseOffset, attributes: GZIP, records, deflate: gzipSync });
    };
    const batches = [0n, 1n, 2n, 3n].map(large);

    expect(readWithin(1_500, batches).positionAfter).toBe(2n);
    expect(readWithin(0, batches).positionAfter).toBe(1n);
    expect(readWithin(10_000, batches).positionAfter).toBe(4n);
  });

  test("is unknown without a complete batch", () => {
    expect(read([]).positionAfter).toBeNull();
  });
});

describe("aborted transactions", () => {
  test("end at the abort marker of their own producer", () => {
    const batches = [
      inTransaction(0n, 1n),
      inTransaction(1n, 2n),
      marker(2n, 2n, "abort"),
      inTransaction(3n, 1n),
      inTransaction(4n, 2n),
      marker(5n, 1n, "abort"),
      inTransaction(6n, 1n),
    ];

    const result = read(batches, [
      { producerId: 2n, firstOffset: 1n },
      { producerId: 1n, firstOffset: 0n },
    ]);

    expect(offsetsOf(result)).toEqual([4n, 6n]);
  });

  test("do not end at a record whose key only looks like a marker", () => {
    const batches = [inTransaction(0n, 1n), inTransaction(1n, 1n), marker(2n, 1n, "abort")];

    expect(offsetsOf(read(batches, [{ producerId: 1n, firstOffset: 0n }]))).toEqual([]);
  });

  test("are left out when reading begins in their middle", () => {
    const batches = [
      inTransaction(5n, 1n),
      inTransaction(6n, 2n),
      marker(7n, 1n, "abort"),
      marker(8n, 2n, "abort"),
    ];
    const aborted = [
      { producerId: 1n, firstOffset: 0n },
      { producerId: 2n, firstOffset: 1n },
    ];

    expect(read(batches, aborted)).toMatchObject({ records: [], positionAfter: 9n });
  });

  test("do not touch what the same producer writes outside of a transaction", () => {
    const outside = recordBatch({ baseOffset: 1n, producerId: 1n, records: plain(1) });

    expect(offsetsOf(read([inTransaction(0n, 1n), outside], [{ producerId: 1n, firstOffset: 0n }]))).toEqual([
      1n,
    ]);
  });
});

describe("a batch that cannot be read", () => {
  const good = recordBatch({ baseOffset: 0n, records: plain(3) });

  test.each([-12, -1, 0, 48])("because it claims a length of %i ends the reading before it", (length) => {
    const bad = recordBatch({ baseOffset: 3n, records: plain(2) });
    bad.writeInt32BE(length, 8);

    const result = read([good, bad]);

    expect(result).toMatchObject({ positionAfter: 3n, unreadable: { firstOffset: 3n } });
  });

  test.each([
    ["a damaged codec", { attributes: GZIP, deflate: () => Buffer.from("no gzip") }, { codec: "gzip" }],
    ["a wrong checksum", { crcError: 0x10 }, { codec: "none", reason: "wrong checksum" }],
    ["an undefined codec", { attributes: 6 }, { codec: "unknown", reason: "unknown codec" }],
    ["an old message format", { magic: 1 }, { reason: "message format 1" }],
    ["damaged records", { deflate: (bytes: Buffer) => bytes.subarray(0, 5) }, { codec: "none" }],
    ["a damaged marker", { attributes: CONTROL, deflate: () => Buffer.from([90]) }, { codec: "none" }],
    ["damaged snappy", { attributes: SNAPPY, deflate: () => Buffer.from([255]) }, { codec: "snappy" }],
  ])("with %s ends the reading before it and says where", (_, wish, facts) => {
    const bad = recordBatch({ baseOffset: 3n, records: plain(2), ...wish });

    const result = read([good, bad, recordBatch({ baseOffset: 5n, records: plain(1) })]);

    expect(offsetsOf(result)).toEqual([0n, 1n, 2n]);
    expect(result).toMatchObject({
      positionAfter: 3n,
      unreadable: { firstOffset: 3n, lastOffset: 4n, ...facts },
    });
  });
});
