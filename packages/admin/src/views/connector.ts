import { type Cause, isCode } from "@gluttony/model";
import type { ConnectorEvent } from "../connector-ports.ts";
import type { FoundConnector } from "../connectors/found-connector.ts";
import { causeOf } from "./cause.ts";
import { type NextStep, nextStepOf } from "./connector-next.ts";

/** What a connector comes to. `blocked`: it says that it runs, and its source lets nothing through. */
export const connectorStates = [
  "running",
  "waiting",
  "failed",
  "blocked",
  "paused",
  "stopped",
  "missing",
  "unknown",
] as const;
export type ConnectorState = (typeof connectorStates)[number];

/** The one cluster that there is. */
export const clusterName = "default";

/** State, since when, why, and what happens next. */
export interface ConnectorStanding {
  readonly state: ConnectorState;
  /** Null while nobody has seen it in this state before. */
  readonly since: string | null;
  readonly cause: Cause | null;
  readonly next: NextStep | null;
}

/** Pure. */
export function standingOf(found: FoundConnector): ConnectorStanding {
  const { health } = found.connector;
  const state = stateOf(found);
  // A blocked one has run all the time, as far as the worker knows; since when it is blocked nobody noted.
  const since = health !== null && health.state === state ? time(health.sinceMs) : null;
  const cause = causeIn(state, found);
  return { state, since, cause, next: nextStepOf(state, found, cause) };
}

function stateOf({ connector, unseen }: FoundConnector): ConnectorState {
  const { running, health } = connector;
  if (running === null) return unseen === null ? "missing" : "unknown";
  const isBlocked = running.state === "running" && (health?.findings.length ?? 0) > 0;
  return isBlocked ? "blocked" : running.state;
}

function causeIn(state: ConnectorState, { connector, unseen }: FoundConnector): Cause | null {
  const { running, health } = connector;
  switch (state) {
    case "running":
    case "paused":
    case "stopped":
      return null;
    case "unknown":
      return unseen === null ? null : causeOf(unseen.code, unseen.facts);
    case "missing":
      return causeOf("connect.connector_missing", { connector: connector.name });
    case "waiting":
      return causeOf("connect.busy", { tasks: running?.tasks.length ?? 0 });
    case "blocked": {
      const [finding = ""] = health?.findings ?? [];
      return causeOf(isCode(finding) ? finding : "connect.failed", { findings: health?.findings ?? [] });
    }
    case "failed": {
      const tasks = running?.tasks.filter((task) => task.state === "FAILED") ?? [];
      const failure = running?.failure ?? tasks[0]?.failure ?? null;
      return causeOf("connect.failed", { failure, tasks: tasks.map(({ id }) => String(id)) });
    }
  }
}

/** One line of the list. */
export function connectorSummary(found: FoundConnector): object {
  const { running, drift } = found.connector;
  const tasks = running?.tasks ?? [];
  return {
    ...basicsOf(found),
    tasks: {
      total: tasks.length,
      running: tasks.filter((task) => task.state === "RUNNING").length,
      failed: tasks.filter((task) => task.state === "FAILED").length,
    },
    drift: drift.map(({ option }) => option),
  };
}

function basicsOf(found: FoundConnector): object {
  const { connector, users } = found;
  const { name, registration, running, health } = connector;
  return {
    name,
    cluster: clusterName,
    kind: registration?.kind ?? "foreign",
    class: running?.className ?? null,
    topic: registration?.topic ?? null,
    consumers: users.map((user) => ({ id: user.id, name: user.name })),
    ...standingOf(found),
    findings: health?.findings ?? [],
  };
}

/** Everything of one; `config` is masked. */
export function connectorView(
  found: FoundConnector,
  config: { readonly [option: string]: string } | null,
): object {
  const { registration, running, drift } = found.connector;
  return {
    ...basicsOf(found),
    source: registration?.sourceIdentity ?? null,
    slot: registration?.slot ?? null,
    publication: registration?.publication ?? null,
    workerState: running?.workerState ?? null,
    worker: running?.worker ?? null,
    config,
    drift: drift.map(({ option, before, after, isSecret }) => ({ option, before, after, isSecret })),
    tasks: connectorTasks(found),
    health: connectorHealth(found),
  };
}

/** As the worker tells them. */
export function connectorTasks({ connector }: FoundConnector): readonly object[] {
  return (connector.running?.tasks ?? []).map(({ id, state, worker, failure }) => ({
    id,
    state: state.toLowerCase(),
    worker,
    failure,
  }));
}

/** As the watch saw it last; null before its first look, and for one that is not in our care. */
export function connectorHealth({ connector }: FoundConnector): object | null {
  const { health } = connector;
  if (health === null) return null;
  return {
    state: health.state,
    since: time(health.sinceMs),
    mends: health.mends,
    nextMendAt: health.nextMendMs === null ? null : time(health.nextMendMs),
    isGivenUp: health.isGivenUp,
    failure: health.failure,
    drift: health.drift,
    findings: health.findings,
  };
}

export function connectorEventView({ hostId, at, deed, outcome, note }: ConnectorEvent): object {
  return { at: at.toISOString(), hostId, deed, outcome, note };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
