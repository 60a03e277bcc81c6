import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, inTurn, runChanges } from "@gluttony/sdk/testing";
import { onVisit } from "../src/index.ts";

const url = "https://visits.example:8443/visits";
const visits = changesOf({ table: "visit", keyColumns: ["id"] });
const visit = { id: 7n, started_at: "2026-05-06T07:08:09", ward: "3 East" };

test("a visit is sent with its day, again after an outage, and never a deleted one", async () => {
  const target = inTurn({ status: 503 }, { body: { code: 0 } });

  const { endings } = await runChanges(onVisit, [visits.insert(visit), visits.delete(visit)], {
    config: { url },
    targets: { [`PUT ${url}`]: target },
  });

  assert.deepEqual(
    endings.map(({ ending, reason, attempts }) => [ending, reason, attempts.length]),
    [
      ["done", null, 2],
      ["filtered", "visits.not_a_row", 1],
    ],
  );
  assert.deepEqual(JSON.parse(String(endings[0]?.attempts[1]?.calls[0]?.request.body)), {
    id: "7",
    day: "2026-05-06",
    ward: "3 East",
  });
});

test("a row without a day is parked, and an address that is not safe blocks the consumer", async () => {
  const row = { ...visit, started_at: null };

  const parked = await runChanges(onVisit, [visits.insert(row)], { config: { url } });
  const blocked = await runChanges(onVisit, [visits.insert(visit)], {
    config: { url: "http://visits.example" },
  });

  assert.equal(parked.endings[0]?.reason, "visits.incomplete");
  assert.deepEqual(
    [blocked.endings[0]?.ending, blocked.endings[0]?.reason],
    ["blocked", "handler.config_refused"],
  );
});
