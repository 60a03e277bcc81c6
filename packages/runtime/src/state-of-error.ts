import type { Code, ObservedStateName } from "@gluttony/model";

/** Codes that pass by themselves when a peer comes back. */
const passing: ReadonlySet<Code> = new Set<Code>([
  "kafka.unreachable",
  "kafka.session_lost",
  "connect.unreachable",
  "connect.busy",
  "connect.source_unreachable",
  "database.unreachable",
  "plugin.start_timeout",
  "plugin.start_killed",
  "registry.unavailable",
]);

/** The state of a consumer that cannot run for this reason. */
export function stateOfError(code: Code): ObservedStateName {
  if (passing.has(code)) return "recovering";
  return code === "internal.unexpected" ? "failed" : "blocked";
}
