import type { TSchema } from "@sinclair/typebox";
import { connectorStates } from "../views/connector.ts";
import { causeAnswer } from "./cause.ts";
import { anything, count, exactly, flag, listOf, mapOf, oneOf, orNull, pageOf, text, time } from "./forms.ts";

const kinds = ["made", "written", "adopted", "foreign"];
const watchStates = ["running", "failed", "waiting", "paused", "stopped", "missing"];

const summary = {
  name: text,
  cluster: text,
  kind: oneOf(kinds),
  class: orNull(text),
  topic: orNull(text),
  consumers: listOf(exactly({ id: text, name: text })),
  state: oneOf(connectorStates),
  since: orNull(time),
  cause: orNull(causeAnswer),
  next: orNull(exactly({ by: oneOf(["gluttony", "person"]), what: text, at: orNull(time) })),
  findings: listOf(text),
};

const change = exactly({ option: text, before: orNull(text), after: orNull(text), isSecret: flag });
const task = exactly({ id: count, state: text, worker: orNull(text), failure: orNull(text) });
const health = exactly({
  state: oneOf(watchStates),
  since: time,
  mends: count,
  nextMendAt: orNull(time),
  isGivenUp: flag,
  failure: orNull(text),
  drift: listOf(text),
  findings: listOf(text),
});
const standing = {
  name: text,
  state: summary.state,
  since: summary.since,
  cause: summary.cause,
  next: summary.next,
};

/** Connectors in a list. */
export const connectorPageAnswer: TSchema = pageOf(
  exactly({
    ...summary,
    tasks: exactly({ total: count, running: count, failed: count }),
    drift: listOf(text),
  }),
);

/** One connector from all sides. */
export const connectorAnswer: TSchema = exactly({
  ...summary,
  source: orNull(text),
  slot: orNull(text),
  publication: orNull(text),
  workerState: orNull(text),
  worker: orNull(text),
  config: orNull(mapOf(text)),
  drift: listOf(change),
  tasks: listOf(task),
  health: orNull(health),
});

export const connectorTasksAnswer: TSchema = pageOf(task);

export const connectorHealthAnswer: TSchema = exactly({ ...standing, health: orNull(health) });

export const connectorEventsAnswer: TSchema = pageOf(
  exactly({ at: time, hostId: text, deed: text, outcome: text, note: text }),
);

/** How a connector stands right after something was asked of it; the worker may still be at it. */
export const connectorAskedAnswer: TSchema = exactly({ ...standing, asked: text });

const refusal = exactly({ code: text, facts: mapOf(anything) });

/** The cluster and its workers. */
export const clusterAnswer: TSchema = exactly({
  name: text,
  isReachable: flag,
  version: orNull(text),
  kafkaClusterId: orNull(text),
  capabilities: orNull(mapOf(flag)),
  workers: listOf(exactly({ url: text, isReachable: flag, version: orNull(text), refusal: orNull(refusal) })),
  plugins: orNull(count),
});
export const clusterPageAnswer: TSchema = pageOf(clusterAnswer);

const connectorType = { name: text, className: text, type: text, version: orNull(text), isAllowed: flag };
export const connectorTypesAnswer: TSchema = pageOf(exactly(connectorType));

/** What a class can be told. */
export const connectorSchemaAnswer: TSchema = exactly({
  ...connectorType,
  options: listOf(
    exactly({
      name: text,
      type: text,
      isRequired: flag,
      defaultValue: orNull(text),
      importance: orNull(text),
      group: orNull(text),
      label: orNull(text),
      documentation: text,
      isSecret: flag,
      isSettable: flag,
    }),
  ),
});

const fault = exactly({ code: text, pointer: text, message: text, suggestion: orNull(text) });

/** Every fault of a configuration, of ours and of the worker. */
export const connectorValidationAnswer: TSchema = exactly({
  ok: flag,
  faults: listOf(fault),
  warnings: listOf(fault),
});

const plan = { do: text, connector: text, refusals: listOf(fault), warnings: listOf(fault) };
const signed = { hash: text, expiresAt: time };

/** What would be done. */
export const connectorPlanAnswer: TSchema = exactly({
  ...plan,
  ...signed,
  isNew: flag,
  changes: listOf(change),
  effects: listOf(text),
});

const offset = exactly({ partition: mapOf(anything), offset: orNull(mapOf(anything)) });

/** Source positions, and whether they can be changed now. */
export const offsetsAnswer: TSchema = exactly({
  connector: text,
  state: summary.state,
  isChangeable: flag,
  cause: orNull(causeAnswer),
  offsets: listOf(offset),
});

export const offsetPlanAnswer: TSchema = exactly({
  ...plan,
  ...signed,
  before: listOf(offset),
  after: orNull(listOf(offset)),
});

export const snapshotPageOfConnectorAnswer: TSchema = pageOf(
  exactly({
    id: text,
    kind: oneOf(["initial", "incremental"]),
    state: oneOf(["started", "running", "paused", "completed", "aborted", "skipped"]),
    tables: listOf(exactly({ name: text, status: text, rows: orNull(count) })),
    current: orNull(text),
    startedAt: orNull(time),
    updatedAt: orNull(time),
  }),
);

/** The signal that was sent; not new where one of its id was there. */
export const signalAnswer: TSchema = exactly({ id: text, isNew: flag });

/** What was found in a source. */
export const sourceTestAnswer: TSchema = exactly({
  ok: flag,
  summary: exactly({ blocking: count, warning: count, unknown: count, hint: count, ok: count }),
  findings: listOf(
    exactly({
      check: text,
      severity: oneOf(["ok", "hint", "warning", "blocking", "unknown"]),
      reason: text,
      facts: mapOf(anything),
      remedy: text,
      sql: orNull(text),
    }),
  ),
});

export const sourceTablesAnswer: TSchema = pageOf(exactly({ name: text, hasPrimaryKey: flag }));
