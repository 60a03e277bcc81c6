import type { RegisteredMetrics } from "./registered-metrics.ts";

/** A connector as it is remembered, for its gauges. */
export interface ConnectorShown {
  readonly connector: string;
  /** Null when the watch has not seen it yet. */
  readonly state: string | null;
  readonly taskStates: readonly string[];
  readonly silenceMs: number | null;
  readonly retainedBytes: bigint | null;
}

/** What a host shows of what all hosts share. */
export interface SharedShown {
  readonly connectors: readonly ConnectorShown[];
  readonly letters: readonly { readonly consumer: string; readonly open: bigint }[];
  /** Entries of the audit that came since the last call. */
  readonly audited: readonly { readonly action: string; readonly result: string; readonly count: number }[];
  readonly pool: { readonly used: number; readonly idle: number; readonly waiting: number };
}

/** Connectors, and consumers, that are shown at most: labels are bounded. */
const shownMax = 2_000;
const connectorStates = ["running", "failed", "waiting", "paused", "stopped", "missing"];

/** What is not of one running consumer: the admin API, the database, and what all hosts share. */
export class HostMetrics {
  readonly #meters: ReturnType<typeof hostMeters>;

  constructor(metrics: RegisteredMetrics) {
    this.#meters = hostMeters(metrics);
  }

  /** Counts an answer of the admin API; `route` is the pattern that was matched. */
  answered(route: string, { method, status, durationMs }: AnsweredRequest): void {
    this.#meters.requests.observe({ route, method, status: String(status) }, durationMs / 1_000);
  }

  /** Shows what all hosts share, in place of what was shown before. */
  show({ connectors, letters, audited, pool }: SharedShown): void {
    const { letters: lettersOpen, audit, connections } = this.#meters;
    this.#showConnectors(connectors.slice(0, shownMax));
    lettersOpen.reset();
    for (const { consumer, open } of letters.slice(0, shownMax)) lettersOpen.set({ consumer }, Number(open));
    for (const { action, result, count } of audited) audit.inc({ action, result }, count);
    for (const [state, count] of Object.entries(pool)) connections.set({ state }, count);
  }

  #showConnectors(connectors: readonly ConnectorShown[]): void {
    const { states, tasks, silence, retained } = this.#meters;
    for (const gauge of [states, tasks, silence, retained]) gauge.reset();
    for (const { connector, state, taskStates, silenceMs, retainedBytes } of connectors) {
      if (state !== null)
        for (const one of connectorStates) states.set({ connector, state: one }, one === state ? 1 : 0);
      for (const one of taskStates) tasks.inc({ connector, state: one.toLowerCase() });
      if (silenceMs !== null) silence.set({ connector }, silenceMs / 1_000);
      if (retainedBytes !== null) retained.set({ connector }, Number(retainedBytes));
    }
  }
}

interface AnsweredRequest {
  readonly method: string;
  readonly status: number;
  readonly durationMs: number;
}

function hostMeters(metrics: RegisteredMetrics) {
  return {
    requests: metrics.histogram("gluttony_http_request_duration_seconds"),
    connections: metrics.gauge("gluttony_db_pool_connections"),
    audit: metrics.counter("gluttony_audit_entries_total"),
    letters: metrics.gauge("gluttony_dead_letters"),
    states: metrics.gauge("gluttony_connector_state"),
    tasks: metrics.gauge("gluttony_connector_tasks"),
    silence: metrics.gauge("gluttony_connector_silence_seconds"),
    retained: metrics.gauge("gluttony_slot_retained_bytes"),
  };
}
