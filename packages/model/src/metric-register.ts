/** What one metric is. Its name is never given another meaning. */
export interface MetricEntry {
  readonly type: "counter" | "gauge" | "histogram";
  /** Bounded: never a key, a person, a URL's path or a message. */
  readonly labels: readonly string[];
  readonly unit: "records" | "seconds" | "bytes" | "one";
  /** One sentence, as Prometheus shows it. */
  readonly help: string;
}

/** Upper bounds of every histogram in seconds, from a cache hit at the target to its time-out. */
export const durationBuckets: readonly number[] = [
  0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

/**
 * Every metric that `/metrics` serves. The documentation, the dashboard and the alert rules are made from it and checked
 * against it.
 */
export const metricRegister = {
  gluttony_records_received_total: {
    type: "counter",
    labels: ["consumer"],
    unit: "records",
    help: "Records read; one that is read again counts again.",
  },
  gluttony_records_finished_total: {
    type: "counter",
    labels: ["consumer", "ending"],
    unit: "records",
    help: "Records that ended as done, filtered, parked or skipped.",
  },
  gluttony_retries_total: {
    type: "counter",
    labels: ["consumer", "code"],
    unit: "records",
    help: "Attempts that are repeated; a plugin's own codes count as plugin.",
  },
  gluttony_handler_duration_seconds: {
    type: "histogram",
    labels: ["consumer"],
    unit: "seconds",
    help: "Time of one attempt, from the host to the cell and back.",
  },
  gluttony_commit_to_ack_seconds: {
    type: "histogram",
    labels: ["consumer"],
    unit: "seconds",
    help: "From the source's commit, or else from when its record was written, to the end of the record, of one record in a sample.",
  },
  gluttony_consumer_state: {
    type: "gauge",
    labels: ["consumer", "state"],
    unit: "one",
    help: "1 for the state a consumer is in on this host, 0 for the others.",
  },
  gluttony_consumer_lag_records: {
    type: "gauge",
    labels: ["consumer", "topic", "partition"],
    unit: "records",
    help: "Log's end minus mark.",
  },
  gluttony_consumer_lag_seconds: {
    type: "gauge",
    labels: ["consumer"],
    unit: "seconds",
    help: "Age of the oldest change that was read and has not ended; 0 when none.",
  },
  gluttony_consumer_last_record_timestamp_seconds: {
    type: "gauge",
    labels: ["consumer"],
    unit: "seconds",
    help: "When a record was last seen to end, in seconds since the epoch, of one record in a sample.",
  },
  gluttony_blocked_keys: {
    type: "gauge",
    labels: ["consumer"],
    unit: "one",
    help: "Keys whose first record waits for its next attempt.",
  },
  gluttony_offset_commits_total: {
    type: "counter",
    labels: ["consumer", "result"],
    unit: "one",
    help: "Rounds of writing marks that went well (done) or did not (failed).",
  },
  gluttony_dead_letters: {
    type: "gauge",
    labels: ["consumer"],
    unit: "records",
    help: "Dead letters that wait for a person or for their replay, over all hosts.",
  },
  gluttony_dead_letters_total: {
    type: "counter",
    labels: ["consumer", "code"],
    unit: "records",
    help: "Records that were parked, by the code of their failure; a plugin's own codes count as plugin.",
  },
  gluttony_target_held: {
    type: "gauge",
    labels: ["target"],
    unit: "one",
    help: "1 while calls to the target, its origin, are held back.",
  },
  gluttony_breaker_open: {
    type: "gauge",
    labels: ["consumer", "target"],
    unit: "one",
    help: "1 while records of the consumer wait for a target that calls are held back from.",
  },
  gluttony_watchdog_total: {
    type: "counter",
    labels: ["consumer", "rung"],
    unit: "one",
    help: "Rungs of the watchdog's ladder that were climbed: refetch, rejoin, recycle.",
  },
  gluttony_handler_swaps_total: {
    type: "counter",
    labels: ["consumer", "outcome"],
    unit: "one",
    help: "Handlers that took over while records ran (swapped), did not start (refused) or were taken back (rolled_back).",
  },
  gluttony_shadow_attempts_total: {
    type: "counter",
    labels: ["consumer", "outcome"],
    unit: "records",
    help: "Attempts of a shadow: same, outcome or calls (that differs), dropped, not_started.",
  },
  gluttony_plugin_info: {
    type: "gauge",
    labels: ["consumer", "release"],
    unit: "one",
    help: "1 for the release that serves a consumer on this host.",
  },
  gluttony_cell_restarts_total: {
    type: "counter",
    labels: ["consumer"],
    unit: "one",
    help: "Processes of the consumer's cell that died and were started again; a cell is shared by the consumers of its release.",
  },
  gluttony_cell_memory_bytes: {
    type: "gauge",
    labels: ["consumer"],
    unit: "bytes",
    help: "Resident memory of the cell that runs the consumer's handler.",
  },
  gluttony_connector_state: {
    type: "gauge",
    labels: ["connector", "state"],
    unit: "one",
    help: "1 for the state a connector is in, 0 for the others, as the watch last saw it.",
  },
  gluttony_connector_tasks: {
    type: "gauge",
    labels: ["connector", "state"],
    unit: "one",
    help: "Tasks of a connector by Kafka Connect's own word for their state.",
  },
  gluttony_connector_silence_seconds: {
    type: "gauge",
    labels: ["connector"],
    unit: "seconds",
    help: "Time since the connector's last heartbeat or change, whichever is later; absent when neither is known.",
  },
  gluttony_slot_retained_bytes: {
    type: "gauge",
    labels: ["connector"],
    unit: "bytes",
    help: "Log that the source keeps for the connector; absent when it could not be measured.",
  },
  gluttony_http_request_duration_seconds: {
    type: "histogram",
    labels: ["route", "method", "status"],
    unit: "seconds",
    help: "Time in which the admin API answered, by the pattern of the route.",
  },
  gluttony_db_pool_connections: {
    type: "gauge",
    labels: ["state"],
    unit: "one",
    help: "Connections to gluttony's own database: used, idle, and requests that wait for one.",
  },
  gluttony_audit_entries_total: {
    type: "counter",
    labels: ["action", "result"],
    unit: "one",
    help: "Entries of the audit, from any host, since this host started.",
  },
  gluttony_build_info: {
    type: "gauge",
    labels: ["version", "node"],
    unit: "one",
    help: "1, with the versions as labels.",
  },
} as const;

/** A registered metric. */
export type MetricName = keyof typeof metricRegister;

/** The labels of a metric. */
export type MetricLabel<Name extends MetricName> = (typeof metricRegister)[Name]["labels"][number];

/** Every entry has the shape of one; the compiler says which has not. */
export const metricEntries: { readonly [name in MetricName]: MetricEntry } = metricRegister;

/** The names under which Prometheus keeps a metric: a histogram has three. */
export function seriesNamesOf(name: MetricName): readonly string[] {
  return metricEntries[name].type === "histogram"
    ? [`${name}_bucket`, `${name}_sum`, `${name}_count`]
    : [name];
}
