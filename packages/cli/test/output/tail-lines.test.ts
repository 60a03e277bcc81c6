import { expect, test } from "vitest";
import { gapLine, tailLines } from "../../src/output/tail-lines.ts";

const masked = { state: "masked", type: "text", value: null };
const outcome = {
  ...{ name: "delivered", rule: null, attempts: 1, durationMs: 61.4, nextAttemptAt: null },
  ...{ behindOffset: null, deadLetter: null, code: null },
};
const record = {
  ...{ topic: "t", partition: 2, offset: "190233", at: "2026-11-22T10:02:13.412Z", kind: "change" },
  ...{ operation: "update", source: { table: "visit", committedAt: null }, headers: [], failure: null },
  key: [{ name: "id", shown: { state: "masked", type: "number", value: null } }],
  fields: [
    {
      ...{ name: "status", isKey: false, isChanged: true },
      before: { state: "shown", type: "text", value: "in" },
      after: { state: "shown", type: "text", value: "out" },
    },
    { name: "patient", isKey: false, isChanged: true, before: masked, after: masked },
    { name: "ward", isKey: false, isChanged: false, before: masked, after: masked },
  ],
  outcome,
};

test("a record is one line with its outcome, and one for each column that changed", () => {
  expect(tailLines(record, false)).toEqual([
    "2026-11-22T10:02:13.412Z  u  visit  id=●● (number)  2@190233  ✓ delivered  61 ms",
    "  status: in → out",
    "  patient: ●● (text) → ●● (text)",
  ]);
});

test("what failed says its attempts, why, and when the next is", () => {
  const retrying = {
    ...outcome,
    ...{ name: "retrying", attempts: 3, durationMs: null, code: "target.down", nextAttemptAt: "10:05" },
  };

  expect(tailLines({ ...record, outcome: retrying }, false)[0]).toContain(
    "↻ retrying  attempt 3  target.down  next at 10:05",
  );
});

test("colours are there only where they are asked for", () => {
  const escape = String.fromCodePoint(27);

  expect(tailLines(record, true)[0]).toContain(`${escape}[32m✓ delivered`);
  expect(tailLines(record, false).join("")).not.toContain(escape);
});

test("what a stream left out is said", () => {
  expect(gapLine({ reason: "slow", count: "1449" })).toContain("1449 were left out");
  expect(gapLine({ reason: "recreated", count: null })).toBe(
    "── the topic was made anew: it is shown from its beginning",
  );
});
