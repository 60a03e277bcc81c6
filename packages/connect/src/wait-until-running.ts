import { GluttonyError } from "@gluttony/model";
import type { ConnectClient } from "./connect-client.ts";
import { failureLine } from "./connector-status.ts";
import { type ParsedStatus, settledOf } from "./parse-status.ts";
import type { ConnectorsCollaborators } from "./ports.ts";
import type { ScrubRules } from "./scrub.ts";

const PAUSE_MS = 250;
/** How long a failure must stand: after a change of the configuration the failure from before is still shown for a moment. */
const FAILED_FOR_MS = 3_000;

interface Wait {
  readonly connector: string;
  readonly withinMs: number;
  readonly rules: ScrubRules;
}

/**
 * Waits until a connector and its task run: an accepted configuration is only stored. Throws `connect.failed` with the
 * scrubbed first line of the trace, or when the time is over. What failed is restarted by the watch, which counts.
 */
export async function waitUntilRunning(
  { client, clock }: { readonly client: ConnectClient; readonly clock: ConnectorsCollaborators["clock"] },
  { connector, withinMs, rules }: Wait,
): Promise<void> {
  const startedMs = clock.monotonicMs();
  let failedSinceMs: number | null = null;
  for (;;) {
    const status = await client.status(connector);
    const settled = status === null ? "waiting" : settledOf(status);
    if (settled === "running") return;
    const nowMs = clock.monotonicMs();
    failedSinceMs = settled === "failed" ? (failedSinceMs ?? nowMs) : null;
    const isFinal = failedSinceMs !== null && nowMs - failedSinceMs >= FAILED_FOR_MS;
    if (isFinal || nowMs - startedMs > withinMs) throw failed(connector, status, rules);
    await clock.sleep(PAUSE_MS);
  }
}

function failed(connector: string, status: ParsedStatus | null, rules: ScrubRules): GluttonyError {
  return new GluttonyError("connect.failed", {
    connector,
    connector_state: status?.connector.state ?? "missing",
    task_states: status?.tasks.map(({ state }) => state) ?? [],
    trace: status === null ? null : failureLine(status, rules),
  });
}
