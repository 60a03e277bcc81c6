import type { OptionChange } from "./plan/diff-config.ts";
import { type ParsedStatus, settledOf } from "./parse-status.ts";
import { type ScrubRules, scrubLine } from "./scrub.ts";

/** A connector as status pages show it. */
export interface ConnectorStatus {
  readonly name: string;
  readonly state: "running" | "failed" | "waiting" | "missing";
  /** Connect's own words. */
  readonly connectorState: string | null;
  readonly taskStates: readonly string[];
  /** First line of what failed, scrubbed; null when nothing did. */
  readonly failure: string | null;
  /** Options that somebody else changed; they are changed back by plan only. */
  readonly drift: readonly OptionChange[];
}

/** Pure. */
export function connectorStatusOf(
  name: string,
  status: ParsedStatus | null,
  { rules, drift }: { readonly rules: ScrubRules; readonly drift: readonly OptionChange[] },
): ConnectorStatus {
  if (status === null)
    return { name, state: "missing", connectorState: null, taskStates: [], failure: null, drift };
  return {
    name,
    state: settledOf(status),
    connectorState: status.connector.state,
    taskStates: status.tasks.map(({ state }) => state),
    failure: failureLine(status, rules),
    drift,
  };
}

/** First line of the first trace of a part that failed. */
export function failureLine({ connector, tasks }: ParsedStatus, rules: ScrubRules): string | null {
  const failed = [connector, ...tasks].find(({ state }) => state === "FAILED");
  return failed === undefined ? null : scrubLine(failed.trace ?? "without a trace", rules);
}
