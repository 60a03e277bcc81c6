import { expect, test } from "vitest";
import { overviewLines } from "../../src/output/overview-lines.ts";

const blocked = {
  consumer: { id: "2", name: "empi-sync" },
  state: "blocked",
  at: "consumer",
  since: "2026-01-01T00:00:00.000Z",
  cause: { code: "target.unauthorized", title: "The target refuses the credentials" },
  next: "Renew them.",
  chain: {
    consumer: { lagRecords: "12", lagMs: 61_000, lettersOpen: "3", rates: null },
    source: { slot: { retainedBytes: "41943040" } },
  },
};

test("says what is wrong, how far it is behind and what to do", () => {
  const lines = overviewLines({
    counts: { blocked: 1, running: 0 },
    needAttention: 1,
    endedPerSecond: null,
    oldestLagMs: 61_000,
    lettersOpen: "3",
    items: [blocked],
    next: null,
  });

  const text = lines.join("\n");
  expect(text).toContain(
    "1 need attention   1 blocked   – records/s   oldest lag 1 min 1 s   3 dead letters",
  );
  expect(text).toMatch(/■ blocked +empi-sync +consumer .* 12 +1 min 1 s +– +3 +40 MB/);
  expect(text).toContain("→ Renew them.");
});

test("shows what is not known as a dash, and that there are more", () => {
  const unknown = { ...blocked, state: "unknown", cause: null, chain: {} };

  const lines = overviewLines({ counts: {}, items: [unknown], next: "cursor" });

  expect(lines.join("\n")).toMatch(/– unknown +empi-sync +consumer .* –  +–/);
  expect(lines.at(-1)).toBe("More consumers than are shown.");
});
