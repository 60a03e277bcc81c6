import { expect, test } from "vitest";
import { appOver, observed, position, storedConsumer } from "../support/small-house.ts";

const list = "/api/v1/consumers";

test("partitions are listed with their hosts, and those that no host has say so", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  house.positions.push(position({ partition: 1, mark: 10n }), position({ mark: 8n }));
  house.observed.push(
    observed({
      partitions: [{ partition: 0, mark: "8", next: "9", logEnd: "20", lagRecords: "12", inFlight: 1 }],
    }),
  );

  const answer = await app.inject(`${list}/persons/partitions`);

  expect(answer.json().items).toMatchObject([
    { partition: 0, mark: "8", hostId: "host-a", lagRecords: "12", inFlight: 1, observedReason: null },
    { partition: 1, mark: "10", hostId: null, lagRecords: null, observedReason: "not_observed" },
  ]);
});
