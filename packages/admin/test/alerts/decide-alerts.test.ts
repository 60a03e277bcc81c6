import { expect, test } from "vitest";
import type { AlertState, RuleSetting } from "../../src/alerting-ports.ts";
import { decideAlerts, type OpenAlert } from "../../src/alerts/decide-alerts.ts";
import type { Reading } from "../../src/alerts/readings.ts";

const nowMs = 1_000_000;
const rule = "lag_seconds" as const;
const setting: RuleSetting = { rule, isEnabled: true, threshold: 300, forMs: 60_000, revision: 0n };
const subject = { rule, subjectKind: "consumer", subject: "1" } as const;

function reading(value: number | null): Reading {
  return { ...subject, consumerIds: ["1"], value, evidence: {} };
}

function open(state: AlertState, sinceMs: number): OpenAlert {
  return { ...subject, id: "7", state, since: new Date(sinceMs) };
}

function decide(
  alerts: readonly OpenAlert[],
  readings: readonly Reading[],
  changes: Partial<RuleSetting> = {},
) {
  const settings = [{ ...setting, ...changes }];
  return decideAlerts(alerts, readings, { settings, nowMs }).map((change) =>
    change.do === "open"
      ? `open ${change.state}`
      : change.do === "update"
        ? `update ${change.fires}`
        : change.do,
  );
}

test.each([
  ["nothing is wrong", [], reading(300), []],
  ["it is above", [], reading(301), ["open pending"]],
  ["it was above for too short", [open("pending", nowMs - 59_999)], reading(301), ["update false"]],
  ["it was above for long enough", [open("pending", nowMs - 60_000)], reading(301), ["update true"]],
  ["it still is", [open("firing", 0)], reading(301), ["update false"]],
  ["it is over before anybody was told", [open("pending", 0)], reading(1), ["drop"]],
  ["it is over", [open("firing", 0)], reading(1), ["resolve"]],
  ["it is not known", [open("firing", 0)], reading(null), []],
  ["it is not known and was not open", [], reading(null), []],
] as const)("when %s", (_what, alerts, seen, expected) => {
  expect(decide(alerts, [seen])).toEqual(expected);
});

test("a rule that waits for nothing fires at once", () => {
  expect(decide([], [reading(301)], { forMs: 0 })).toEqual(["open firing"]);
});

test("a subject that is gone, and a rule that was switched off, end what they had", () => {
  expect(decide([open("firing", 0)], [])).toEqual(["resolve"]);
  expect(decide([open("firing", 0)], [reading(900)], { isEnabled: false })).toEqual(["resolve"]);
});

test("a threshold of one's own counts at once", () => {
  expect(decide([open("firing", 0)], [reading(900)], { threshold: 1_000 })).toEqual(["resolve"]);
});
