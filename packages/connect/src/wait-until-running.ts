import { GluttonyError } from "@gluttony/model";
import type { ConnectClient } from "./connect-client.ts";
import { failureLine } from "./connector-status.ts";
import { type ParsedStatus, settledOf } from "./parse-status.ts";
import type { ConnectorsCollaborators } from "./ports.ts";
import type { ScrubRules } from "./scrub.ts";

const PAUSE_MS = 250;
/** A restart of what failed is asked for once; what fails again needs a person. */
const RESTARTS_MAX = 1;

interface Wait {
  readonly connector: string;
  readonly withinMs: number;
  readonly rules: ScrubRules;
}

/**
 * Waits until a connector and its task run: an accepted configuration is only stored. Throws `connect.failed` with the
 * scrubbed first line of the trace, or when the time is over.
 */
export async function waitUntilRunning(
  { client, clock }: { readonly client: ConnectClient; readonly clock: ConnectorsCollaborators["clock"] },
  { connector, withinMs, rules }: Wait,
): Promise<void> {
  const startedMs = clock.monotonicMs();
  let restarts = 0;
  for (;;) {
    const status = await client.status(connector);
    const settled = status === null ? "waiting" : settledOf(status);
    if (settled === "running") return;
    const isLate = clock.monotonicMs() - startedMs > withinMs;
    if (isLate || (status !== null && settled === "failed" && restarts >= RESTARTS_MAX)) {
      throw failed(connector, status, rules);
    }
    if (settled === "failed") {
      restarts += 1;
      await client.restart(connector);
    }
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
