import type { PartitionObservation } from "@gluttony/model";
import { expect, test } from "vitest";
import { appOver, observed, storedConsumer } from "../support/small-house.ts";

const partition = (number: number, changes: Partial<PartitionObservation> = {}): PartitionObservation => ({
  ...{ partition: number, mark: "5", next: "5", logEnd: "10", lagRecords: "5", inFlight: 0 },
  ...changes,
});

/** Three consumers, of which the first is read by two hosts while a partition moves between them. */
async function house(): Promise<ReturnType<typeof appOver>> {
  const built = appOver();
  for (const name of ["a", "b", "c"]) await storedConsumer(built.house, { name, topic: name });
  built.house.observed.push(
    observed({ partitions: [partition(0), partition(1)], lagMs: 700 }),
    observed({ hostId: "host-b", partitions: [partition(1, { mark: "8", lagRecords: "2" })], lagMs: 40 }),
    observed({
      consumerId: "2",
      state: "blocked",
      partitions: [partition(0, { logEnd: "90", lagRecords: "85" })],
    }),
    observed({ consumerId: "3", partitions: [] }),
  );
  return built;
}

test("a page of consumers adds up the partitions of what it shows, each partition once", {
  timeout: 20_000,
}, async () => {
  const { app } = await house();

  const all = await app.inject("/api/v1/consumers");
  const second = await app.inject(
    `/api/v1/consumers?limit=1&cursor=${(await app.inject("/api/v1/consumers?limit=1")).json().next}`,
  );
  const blocked = await app.inject("/api/v1/consumers?state=blocked");

  const lags = all.json().items.map(({ lag }: { lag: unknown }) => lag);
  expect(lags).toEqual([
    { records: "7", ms: 700 },
    { records: "85", ms: null },
    { records: null, ms: null },
  ]);
  expect(second.json().items).toMatchObject([{ name: "b", lag: { records: "85" } }]);
  expect(blocked.json().items).toMatchObject([{ name: "b", observed: { state: "blocked" } }]);
});

test("the overview counts all, and adds up the partitions of what it shows", async () => {
  const { app } = await house();

  const first = (await app.inject("/api/v1/overview?limit=1")).json();
  const rest = (await app.inject(`/api/v1/overview?cursor=${first.next}`)).json();

  expect([first.oldestLagMs, rest.oldestLagMs]).toEqual([700, 700]);
  expect(first.items).toMatchObject([
    { state: "blocked", chain: { topic: { partitions: 1, end: "90" }, consumer: { lagRecords: "85" } } },
  ]);
  expect(rest.items).toMatchObject([
    {
      consumer: { name: "a" },
      chain: { topic: { partitions: 2, end: "20" }, consumer: { lagRecords: "7" } },
    },
    { consumer: { name: "c" }, chain: { topic: { partitions: null }, consumer: { lagRecords: null } } },
  ]);
});

test("what hosts say between the two looks does not change which state is shown", async () => {
  const built = await house();
  const { observations } = built.house.collaborators;
  const { app } = appOver({
    ...built.house.collaborators,
    observations: {
      ...observations,
      readStates: async (among, without) => {
        const seen = await observations.readStates(among, without);
        return without === "partitions" ? seen : seen.map((one) => ({ ...one, state: "failed" as const }));
      },
    },
  });

  const page = await app.inject("/api/v1/consumers?state=blocked");

  expect(page.json().items).toMatchObject([
    { name: "b", observed: { state: "blocked" }, lag: { records: "85" } },
  ]);
});
