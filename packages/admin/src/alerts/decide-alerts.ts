import type { AlertRuleName } from "@gluttony/model";
import type { Alert, RuleSetting } from "../alerting-ports.ts";
import type { Reading } from "./readings.ts";

/** An alert that is not resolved, as far as the decision needs it. */
export type OpenAlert = Pick<Alert, "id" | "rule" | "subjectKind" | "subject" | "state" | "since">;

/** What becomes of alerts. */
export type AlertChange =
  | {
      readonly do: "open";
      readonly reading: Reading;
      readonly threshold: number;
      readonly state: "pending" | "firing";
    }
  | {
      readonly do: "update";
      readonly id: string;
      readonly reading: Reading;
      readonly threshold: number;
      readonly fires: boolean;
    }
  /** It fired, and is over. */
  | { readonly do: "resolve"; readonly id: string }
  /** It was over before anybody was told. */
  | { readonly do: "drop"; readonly id: string };

/**
 * Compares what the rules see with what is open. What is not known changes nothing; a subject that is gone, and a rule that was
 * switched off, end what they had. Applied twice to the same moment it opens nothing twice. Pure.
 */
export function decideAlerts(
  open: readonly OpenAlert[],
  readings: readonly Reading[],
  { settings, nowMs }: { readonly settings: readonly RuleSetting[]; readonly nowMs: number },
): readonly AlertChange[] {
  const byRule = new Map<AlertRuleName, RuleSetting>(settings.map((setting) => [setting.rule, setting]));
  const openByKey = new Map(open.map((alert) => [keyOf(alert), alert]));
  const changes: AlertChange[] = [];
  const read = new Set<string>();
  for (const reading of readings) {
    const setting = byRule.get(reading.rule);
    if (setting === undefined || !setting.isEnabled) continue;
    read.add(keyOf(reading));
    const change = changeOf(openByKey.get(keyOf(reading)), reading, { setting, nowMs });
    if (change !== null) changes.push(change);
  }
  const orphans = open.filter((alert) => !read.has(keyOf(alert)));
  return [...changes, ...orphans.map(endOf)];
}

function changeOf(
  alert: OpenAlert | undefined,
  reading: Reading,
  { setting, nowMs }: { readonly setting: RuleSetting; readonly nowMs: number },
): AlertChange | null {
  const { threshold, forMs } = setting;
  if (reading.value === null) return null;
  const isOver = reading.value > threshold;
  if (alert === undefined)
    return isOver ? { do: "open", reading, threshold, state: forMs > 0 ? "pending" : "firing" } : null;
  if (!isOver) return endOf(alert);
  const fires = alert.state === "pending" && nowMs - alert.since.getTime() >= forMs;
  return { do: "update", id: alert.id, reading, threshold, fires };
}

function endOf({ id, state }: OpenAlert): AlertChange {
  return { do: state === "firing" ? "resolve" : "drop", id };
}

function keyOf({ rule, subjectKind, subject }: Pick<Reading, "rule" | "subjectKind" | "subject">): string {
  return JSON.stringify([rule, subjectKind, subject]);
}
