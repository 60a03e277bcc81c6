import type { SourceStanding } from "../overview-ports.ts";
import { causeOf } from "../views/cause.ts";
import { type Stage, stageOf } from "./stage.ts";

/** The connector of a consumer and its tasks. Where a value is null, its reason says why. */
export interface ConnectorStage extends Stage {
  readonly name: string | null;
  readonly nameReason: string | null;
  readonly tasks: readonly { readonly id: number; readonly state: string }[] | null;
  readonly tasksReason: string | null;
  /** First line of what failed, scrubbed; null when nothing did. */
  readonly failure: string | null;
  readonly findings: readonly string[];
  readonly drift: readonly string[];
  readonly mends: number;
  readonly nextMendAt: string | null;
}

/** Pure. Null stands for a topic that a connector of somebody else fills. */
export function connectorStageOf(standing: SourceStanding | null): ConnectorStage {
  if (standing === null) return nobodysConnector;
  const { connector, health, measure } = standing;
  const name = { name: connector, nameReason: null };
  const tasks = measure?.tasks ?? null;
  const told = { tasks, tasksReason: tasks === null ? "not_measured_yet" : null };
  if (health === null) {
    const cause = causeOf("connect.unwatched", { reason: "not_seen_yet" });
    return { ...stageOf("unknown", cause, null), ...nothingKnown, ...name, ...told };
  }
  return {
    ...judged(health),
    ...name,
    ...told,
    failure: health.failure,
    findings: health.findings,
    drift: health.drift,
    mends: health.mends,
    nextMendAt: health.nextMendAt?.toISOString() ?? null,
  };
}

const nothingKnown = {
  nameReason: "connector_not_ours",
  tasks: null,
  tasksReason: "connector_not_ours",
  failure: null,
  findings: [],
  drift: [],
  mends: 0,
  nextMendAt: null,
};

/** Of a topic that a connector of somebody else fills; the same for all. */
const nobodysConnector: ConnectorStage = {
  ...stageOf("unknown", causeOf("connect.unwatched", { reason: "connector_not_ours" }), null),
  ...nothingKnown,
  name: null,
};

function judged(health: NonNullable<SourceStanding["health"]>): Stage {
  const { state, since, isGivenUp, mends, nextMendAt } = health;
  const facts = { mends, nextMendAt: nextMendAt?.toISOString() ?? null };
  // What is mended by itself is recovering; a person is needed once that was given up.
  const broken = isGivenUp ? "failed" : "recovering";
  switch (state) {
    case "running":
      return stageOf("running", null, since);
    case "failed":
      return stageOf(broken, causeOf("connect.failed", facts), since);
    case "missing":
      return stageOf(broken, causeOf("connect.connector_missing", facts), since);
    case "waiting":
      return stageOf("starting", causeOf("connect.waiting", facts), since);
    case "paused":
      return stageOf("paused", causeOf("connect.paused"), since);
    case "stopped":
      return stageOf("stopped", causeOf("connect.stopped"), since);
    default:
      return stageOf("unknown", causeOf("connect.unwatched", { seen: state }), since);
  }
}
