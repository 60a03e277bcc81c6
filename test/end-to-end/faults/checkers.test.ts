import { describe, expect, test } from "vitest";
import { findingsOf } from "../../support/faults/checkers.ts";
import type { Evidence } from "../../support/faults/evidence.ts";
import type { TargetEntry } from "../../support/faults/faulty-target.ts";
import type { Sample } from "../../support/faults/timeline.ts";

const subjects = 20;
const count = 200;

describe("the checkers of fault runs", () => {
  test("find nothing in a run in which nothing went wrong", () => {
    const found = findingsOf(wellRun, { shows: [] });

    expect(found).toEqual([]);
  });

  test.each<[string, string, Partial<Evidence>]>([
    ["too little was sent", "void", { sent: 3 }],
    ["the neighbour was never seen", "void", { neighbour: [] }],
    ["an offset is in no ending", "K1", { account: [accountOf({ done: BigInt(count - 1) })] }],
    [
      "the mark stops before the end",
      "K1",
      { account: [accountOf({ mark: 190n, done: 190n })], count: 190n },
    ],
    ["a change never reached the target", "K1", { journal: journal.slice(0, -1) }],
    ["a letter nobody expected lies there", "K1", { letters: [{ ...letter, offset: 1n }] }],
    ["count differs from what is done", "K1", { count: 7n }],
    ["two requests of a key overlap", "K2", { journal: changed(20, { receivedAtMs: 995 }) }],
    ["an older version arrives after a newer one", "K2", { journal: swapped(3, 23) }],
    ["a change is applied twice", "K3", { journal: [...journal, { ...entryOf(199), receivedAtMs: 9_000 }] }],
    ["it came twice with another key", "K3", { journal: [...journal, again({ idempotencyKey: "other" })] }],
    ["a request has no key", "K3", { journal: changed(5, { idempotencyKey: "" }) }],
    ["an old version was applied last", "K4", { journal: [...journal, again({ version: 1 })] }],
    [
      "the neighbour stood still",
      "K5",
      { neighbour: neighbour.filter(({ receivedAtMs }) => receivedAtMs < 10_000) },
    ],
    [
      "it ends with a cause",
      "K6",
      { timeline: [...timeline, { ...sampleAt(30), code: "kafka.unreachable" }] },
    ],
    ["the marker is in a log", "K9", { leaks: ["a host's log"] }],
    ["nothing ends though records wait", "K11", { timeline: timeline.map(standing) }],
  ])("find it when %s", (_what, label, planted) => {
    const found = findingsOf({ ...wellRun, ...planted }, { shows: [] });

    expect(found.map((finding) => finding.split(":")[0])).toContain(label);
  });

  test("find it when the state that explains the fault was never shown", () => {
    const found = findingsOf(wellRun, { shows: [{ state: "recovering", code: "kafka.unreachable" }] });

    expect(found).toEqual(["K6: shown were running"]);
  });

  test("find it when the API says running although nothing can run", () => {
    const found = findingsOf(wellRun, { shows: [], stands: true });

    expect(found).toContainEqual(expect.stringContaining("K6: said to be running"));
  });

  test("count from each deed: between two of them the API may lag, but not for longer", () => {
    const deedsAt = (...seconds: readonly number[]) =>
      seconds.map((second) => ({ atMs: second * 1_000, what: "a step" }));
    const stopsLate = timeline.map((sample, second) =>
      second > 18 ? { ...sample, state: "blocked" } : sample,
    );
    const judged = (deeds: Evidence["deeds"]) =>
      findingsOf({ ...wellRun, deeds, timeline: stopsLate }, { shows: [], stands: true, staysBlocked: true });

    const dense = judged(deedsAt(10, 13, 17));
    const sparse = judged(deedsAt(10, 17.5));

    expect(dense).toEqual([]);
    expect(sparse).toContainEqual(expect.stringContaining("K6: said to be running"));
  });

  test("find it when it came back too late, or never", () => {
    const late = findingsOf(wellRun, { shows: [], recoversWithinMs: 100 });
    const never = findingsOf(
      { ...wellRun, phases: { ...phases, recoveredAtMs: null } },
      { shows: [], recoversWithinMs: 100 },
    );

    expect(late).toEqual(["K7: back only after 1.0 s"]);
    expect(never).toEqual(["K7: never back"]);
  });

  test("let a change be applied that is parked because nobody knew, and ask two things of a target", () => {
    const last = entryOf(count - 1);
    const parkedLast = { ...letter, offset: BigInt(count - 1), code: "once.outcome_unknown" };
    const announced = journal.map((entry) => ({
      ...entry,
      isApplied: false,
      path: "/announce",
      idempotencyKey: `${entry.idempotencyKey} announce`,
    }));
    const asked = journal.flatMap((entry, at) => [announced[at] ?? entry, { ...entry, path: "/register" }]);
    const run = { ...wellRun, journal: asked, letters: [parkedLast] };
    const account = [accountOf({ done: BigInt(count - 1), parked: 1n })];

    const found = findingsOf({ ...run, account, count: BigInt(count - 1) }, { shows: [], parked: "any" });
    const isRegress = findingsOf(
      {
        ...run,
        account,
        count: BigInt(count - 1),
        letters: [{ ...parkedLast, offset: 3n }],
        journal: asked.filter(({ version, subject }) => subject !== last.subject || version !== last.version),
      },
      { shows: [], parked: "any" },
    );

    expect(found.filter((finding) => !finding.startsWith("K2"))).toEqual([]);
    expect(isRegress).toContainEqual(expect.stringContaining("K4"));
  });

  test("find a version that went back where the fence is on, although it had come before", () => {
    const repeated = { ...wellRun, journal: [...journal, again({ version: 9, isApplied: false })] };

    const fenced = findingsOf(repeated, { shows: [], isFenced: true });
    const open = findingsOf(repeated, { shows: [] });

    expect(fenced).toContainEqual(expect.stringContaining("K2"));
    expect(open.filter((finding) => finding.startsWith("K2"))).toEqual([]);
  });
});

function entryOf(number: number): TargetEntry {
  const version = Math.floor(number / subjects) + 1;
  const receivedAtMs = 1_000 + (number - (number % subjects)) * 10;
  return {
    number: number + 1,
    subject: `p-${number % subjects}`,
    version,
    idempotencyKey: `key-${number}`,
    attempt: 1,
    path: "/",
    receivedAtMs,
    finishedAtMs: receivedAtMs + 5,
    isApplied: true,
    status: 200,
  };
}

const journal = Array.from({ length: count }, (_, number) => entryOf(number));
const phases = {
  startedAtMs: 0,
  controlAtMs: 5_000,
  injectedAtMs: 10_000,
  healedAtMs: 20_000,
  recoveredAtMs: 21_000,
  quietAtMs: 24_000,
  drainedAtMs: 25_000,
};
const neighbour = Array.from({ length: 250 }, (_, number) => ({
  ...entryOf(number),
  receivedAtMs: number * 100,
}));
const timeline = Array.from({ length: 26 }, (_, second) => sampleAt(second));
const letter = { partition: 0, offset: 0n, code: "empi.rejected", state: "parked" };

const wellRun: Evidence = {
  phases,
  deeds: [],
  timeline,
  journal,
  neighbour,
  neighbourSends: neighbour.map(({ receivedAtMs }) => ({ atMs: receivedAtMs, count: 1 })),
  sent: count,
  truth: {
    records: journal.map(({ subject, version }, index) => ({
      partition: 0,
      offset: BigInt(index),
      subject,
      version,
      operation: "u",
    })),
    bounds: [{ partition: 0, low: 0n, high: BigInt(count) }],
  },
  account: [accountOf({})],
  count: BigInt(count),
  letters: [],
  leaks: [],
};

function accountOf(changes: Partial<Evidence["account"][number]>): Evidence["account"][number] {
  const mark = BigInt(count);
  const endings = { done: mark, filtered: 0n, skipped: 0n, parked: 0n, holes: 0n };
  return { partition: 0, start: 0n, mark, ...endings, ...changes };
}

function sampleAt(second: number): Sample {
  const nothing = { code: null, endings: {}, retrying: 0, hosts: [] };
  return { ...nothing, atMs: second * 1_000, host: "host-1", state: "running", ended: second * 8, lag: 3 };
}

function standing(sample: Sample): Sample {
  return { ...sample, ended: Math.min(sample.ended, 40) };
}

function changed(at: number, changes: Partial<TargetEntry>): readonly TargetEntry[] {
  return journal.with(at, { ...entryOf(at), ...changes });
}

/** The last request once more, a good while later. */
function again(changes: Partial<TargetEntry>): TargetEntry {
  return { ...entryOf(count - 1), number: count + 1, receivedAtMs: 9_000, finishedAtMs: 9_005, ...changes };
}

function swapped(left: number, right: number): readonly TargetEntry[] {
  const earlier = { ...entryOf(right), receivedAtMs: entryOf(left).receivedAtMs };
  return journal.with(left, earlier).with(right, { ...entryOf(left), receivedAtMs: 5_000 });
}
