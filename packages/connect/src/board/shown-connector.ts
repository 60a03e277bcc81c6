import type { ListedConnector } from "../client/parse-answers.ts";
import type { ConnectorPart } from "../parse-status.ts";
import { rulesOf } from "../plan/rules-of-config.ts";
import { type ScrubRules, scrubLine } from "../scrub.ts";
import { seenStateOf } from "../watch/connector-watch.ts";
import type { SeenConnectorState } from "../watch/decide-restart.ts";

/** A connector that Kafka Connect has, fit to be shown: without its configuration, and with scrubbed traces. */
export interface ShownConnector {
  readonly className: string | null;
  readonly type: "source" | "sink" | null;
  /** In the watch's words: one that runs with a failed task has failed. */
  readonly state: SeenConnectorState;
  /** Connect's own word for the connector alone. */
  readonly workerState: string | null;
  /** `host:port` of the worker that has it. */
  readonly worker: string | null;
  /** First line of what failed. */
  readonly failure: string | null;
  readonly tasks: readonly ShownTask[];
}

export interface ShownTask {
  readonly id: number;
  readonly state: string;
  readonly worker: string | null;
  readonly failure: string | null;
}

/** Pure. */
export function shownConnector({ config, type, status }: ListedConnector): ShownConnector {
  const rules = rulesOf(config);
  return {
    className: config["connector.class"] ?? null,
    type,
    state: seenStateOf(status),
    workerState: status?.connector.state ?? null,
    worker: status?.connector.worker ?? null,
    failure: status === null ? null : failureOf(status.connector, rules),
    tasks: (status?.tasks ?? []).map(({ id, ...task }) => ({
      id,
      state: task.state,
      worker: task.worker,
      failure: failureOf(task, rules),
    })),
  };
}

function failureOf({ state, trace }: ConnectorPart, rules: ScrubRules): string | null {
  return state === "FAILED" ? scrubLine(trace ?? "without a trace", rules) : null;
}
