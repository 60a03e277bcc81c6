import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AttemptResult, type HostMeans, LiveTrace } from "@gluttony/core";
import { Shadow } from "../../src/shadow/shadow.ts";
import type { ShadowSign } from "../../src/shadow/shadow-tally.ts";
import { MemoryCell, memoryRun, recordOf } from "../support/memory-ports.ts";

const failed: AttemptResult = {
  kind: "failed",
  failure: { kind: "record", code: "handler.threw", message: "" },
};
const usual: HostMeans = {
  targets: { call: async () => ({ status: 201, headers: {}, body: new Uint8Array(1) }) },
  once: {
    claim: async () => ({ state: "claimed" }),
    finish: async () => undefined,
    release: async () => undefined,
  },
};
const request = {
  ...{ url: "http://empi/patients", method: "POST", headers: {}, body: null, timeoutMs: 1_000 },
  ...{ idempotencyKey: "k", consumer: "c", grantedOrigins: ["http://empi"] },
  stop: { isStopped: false, listener: null },
};

describe("a shadow beside a run", () => {
  let scene: ReturnType<typeof memoryRun>;
  let cell: MemoryCell;
  let signs: ShadowSign[];
  let shadow: Shadow;

  beforeEach(() => {
    scene = memoryRun([0], { concurrency: 64, inFlightMax: 1_000 });
    cell = new MemoryCell();
    signs = [];
    const consumer = { id: "1", name: "c", revision: 1n, handler: "h", config: {} };
    shadow = new Shadow({
      cell,
      consumer: { ...consumer, deadlineMs: 1_000, graceMs: 1_000 },
      trace: () => new LiveTrace(),
      note: (sign) => signs.push(sign),
    });
    scene.run.shadowBy(shadow);
  });
  afterEach(async () => {
    shadow.close();
    await scene.run.stop(100);
    await scene.ended;
  });

  const feed = (count: number): void =>
    scene.source.feed({ records: Array.from({ length: count }, (_, at) => recordOf(at, `k${at}`)) });
  const untilMarked = (mark: bigint): Promise<void> =>
    expect.poll(() => scene.positions.byPartition.get(0)?.mark, { timeout: 5_000 }).toBe(mark);

  test("gets every change with the same key and attempt, and what it comes to is compared", async () => {
    cell.answer = ({ record }) => (record.offset === 1n ? failed : { kind: "done" });

    feed(3);
    await untilMarked(3n);
    await expect.poll(() => signs.length).toBe(3);

    expect(cell.asked.map(({ record, attempt }) => [record.offset, attempt])).toEqual([
      [0n, 1],
      [1n, 1],
      [2n, 1],
    ]);
    expect(cell.asked[0]?.idempotencyKey).toBe(scene.cell.asked[0]?.idempotencyKey);
    expect(signs.map(({ kind }) => kind).toSorted()).toEqual(["outcome", "same", "same"]);
    expect(scene.positions.byPartition.get(0)?.endings).toMatchObject({ done: 3, parked: 0 });
    expect(scene.parked).toEqual([]);
  });

  test("is answered as the live handler was, so that only its own calls differ", async () => {
    const statuses: (number | string)[] = [];
    const callOnce = async (means: HostMeans): Promise<AttemptResult> => {
      const answer = await means.targets.call(request);
      statuses.push("failure" in answer ? answer.failure.code : answer.status);
      return { kind: "done" };
    };
    scene.cell.answer = ({ meansOf }) => callOnce(meansOf?.(usual) ?? usual);
    cell.answer = async ({ meansOf, record }) => {
      const means = meansOf?.(usual) ?? usual;
      if (record.offset === 1n) await callOnce(means);
      return callOnce(means);
    };

    feed(2);
    await expect.poll(() => signs.length).toBe(2);

    expect(statuses).toEqual([201, 201, 201, 201, 201]);
    expect(signs).toEqual([
      { kind: "same", live: "done", shadow: "done" },
      { kind: "calls", live: "POST http://empi", shadow: "POST http://empi ×2" },
    ]);
  });

  test("that never answers holds nothing up: what it cannot follow is left out and counted", async () => {
    cell.answer = () => new Promise(() => undefined);

    feed(200);
    await untilMarked(200n);

    expect(scene.cell.asked).toHaveLength(200);
    expect(cell.asked).toHaveLength(64);
    expect(shadow.held).toBe(64);
    expect(signs).toHaveLength(136);
    expect(new Set(signs.map(({ kind }) => kind))).toEqual(new Set(["dropped"]));
  });

  test("leaves out records that are too large for it, and the live handler gets them", async () => {
    const large = recordOf(0, "a", JSON.stringify("x".repeat(900_000)));
    cell.answer = () => new Promise(() => undefined);

    scene.source.feed({
      records: Array.from({ length: 12 }, (_, at) => ({
        ...large,
        offset: BigInt(at),
        key: Buffer.from(`${at}`),
      })),
    });
    await untilMarked(12n);

    expect(cell.asked).toHaveLength(9);
    expect(signs).toHaveLength(3);
  });

  test("that is turned off gets nothing more, and what is under way is called off and not counted", async () => {
    let answer = (_result: AttemptResult): void => undefined;
    cell.answer = () => new Promise((resolve) => (answer = resolve));
    feed(1);
    await expect.poll(() => cell.asked.length).toBe(1);

    shadow.close();
    scene.run.shadowBy(null);
    answer(failed);
    scene.source.feed({ records: [recordOf(1, "b")] });
    await untilMarked(2n);

    expect(cell.asked).toHaveLength(1);
    expect(cell.asked[0]?.signal?.aborted).toBe(true);
    expect(signs).toEqual([]);
    expect(shadow.held).toBe(0);
  });
});
