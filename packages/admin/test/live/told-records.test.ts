import { expect, test } from "vitest";
import type { RecordView } from "../../src/changes/record-view.ts";
import { followedMax, ToldRecords } from "../../src/live/told-records.ts";
import { MemoryLedger } from "../support/memory-ledger.ts";

const record = (offset: bigint, bytes = 1) => ({
  ...{ topic: "t", partition: 0, offset, timestampMs: 0, key: null, headers: [] },
  value: new Uint8Array(bytes),
});
const view = (offset: bigint) => ({ partition: 0, offset: String(offset) }) as unknown as RecordView;

function scene(filter = {}) {
  const told = new ToldRecords(filter);
  const ledger = new MemoryLedger();
  const tell = async (nowMs: number) =>
    (await told.told(await ledger.open(), nowMs)).map(({ offset, outcome }) => `${offset} ${outcome.name}`);
  return { told, ledger, tell };
}

test("a record that ends soon is told once; one that lasts is told as it is, and again when that changes", async () => {
  const { told, ledger, tell } = scene();
  ledger.say(0, 1n, "in_flight");
  ledger.say(0, 2n, "in_flight");
  told.add(record(1n), view(1n), 0);
  told.add(record(2n), view(2n), 0);

  expect(await tell(10)).toEqual([]);
  expect(told.untold()).toEqual(new Map([[0, 1n]]));
  ledger.say(0, 1n, "delivered");
  expect(await tell(500)).toEqual(["1 delivered"]);
  expect(await tell(2_000)).toEqual(["2 in_flight"]);
  expect(await tell(2_500)).toEqual([]);
  ledger.say(0, 2n, "retrying");
  expect(await tell(3_000)).toEqual(["2 retrying"]);
  ledger.say(0, 2n, "parked");
  expect(await tell(3_500)).toEqual(["2 parked"]);
  expect(told.isEmpty).toBe(true);
});

test("of unwanted outcomes nothing is told until they become wanted ones", async () => {
  const { told, ledger, tell } = scene({ outcome: "parked" });
  ledger.say(0, 1n, "retrying");
  told.add(record(1n), view(1n), 0);

  expect(await tell(2_000)).toEqual([]);
  ledger.say(0, 1n, "parked");
  expect(await tell(2_500)).toEqual(["1 parked"]);
});

test("no more is followed than its limits, by number and by bytes, and what is given up is counted", () => {
  const { told } = scene();
  for (let offset = 0; offset < followedMax.records + 3; offset += 1)
    told.add(record(BigInt(offset)), view(BigInt(offset)), 0);
  expect(told.cut()).toBe(3);
  told.add(record(900n, followedMax.bytes), view(900n), 0);
  expect(told.cut()).toBe(followedMax.records);
  expect(told.cut()).toBe(0);
});

test("what is followed has bytes of its own", async () => {
  const { told, ledger } = scene();
  const fetched = record(1n, 4);
  ledger.say(0, 1n, "in_flight");
  told.add(fetched, view(1n), 0);
  fetched.value.fill(7);

  let seen: Uint8Array | null = null;
  await told.told(
    {
      outcomeOf: async (asked) => {
        seen = asked.value;
        return (await ledger.open()).outcomeOf(asked);
      },
    },
    0,
  );

  expect(seen).toEqual(new Uint8Array(4));
});
