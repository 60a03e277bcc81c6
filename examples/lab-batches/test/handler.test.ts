import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, inTurn, runChanges } from "@gluttony/sdk/testing";
import { onResults } from "../src/index.ts";

const url = "https://lab.example:8443/results";
const rows = changesOf({ table: "lab_result", keyColumns: ["id"] });
const sodium = { id: 1n, test: "Na", value: "140", taken_at: "2026-05-06T07:08:09" };
const config = { url };

/** Takes every result but those that are named. */
function service(...refusing: readonly string[]) {
  return (sent: { readonly body?: string | Uint8Array | undefined }) => {
    const ids = (JSON.parse(String(sent.body)) as readonly { readonly id: string }[]).map(({ id }) => id);
    return { body: { code: 0, results: ids.map((id) => ({ id, ok: !refusing.includes(id) })) } };
  };
}

test("each result ends by what the service said of it, and a deleted one is nothing to it", async () => {
  const changes = [
    rows.insert(sodium),
    rows.insert({ ...sodium, id: 2n }),
    rows.insert({ ...sodium, id: 3n, taken_at: null }),
    rows.delete({ ...sodium, id: 4n }),
  ];

  const { endings } = await runChanges(onResults, changes, {
    config,
    targets: { [`POST ${url}`]: service("2") },
  });

  assert.deepEqual(
    endings.map(({ ending, reason }) => [ending, reason]),
    [
      ["done", null],
      ["parked", "lab.refused"],
      ["parked", "lab.incomplete"],
      ["filtered", "lab.not_a_row"],
    ],
  );
});

test("an outage is waited for, and an answer that says nothing of the results is tried again", async () => {
  const odd = { body: { code: 0 } };
  const target = inTurn({ status: 503 }, odd, { body: { code: 0, results: [{ id: "1", ok: true }] } });

  const { endings } = await runChanges(onResults, [rows.insert(sodium)], {
    config,
    targets: { [`POST ${url}`]: target },
  });

  assert.deepEqual([endings[0]?.ending, endings[0]?.attempts.length], ["done", 3]);
});
