/** One of the rules that are built in. */
export interface AlertRuleEntry {
  readonly title: string;
  /** What it is about: one alert for each. */
  readonly subject: "consumer" | "connector";
  readonly severity: "critical" | "warning";
  /** What `threshold` counts. */
  readonly unit: "records" | "seconds" | "bytes" | "times" | "one";
  /** The value must be above it. */
  readonly threshold: number;
  /** Milliseconds for which it must be above before somebody is told. */
  readonly forMs: number;
  /** What to do, in one sentence. */
  readonly remedy: string;
  /** The value in Prometheus' language, for sites that have it. */
  readonly expression: string;
}

/**
 * The ten rules that gluttony watches by itself. Sites with Prometheus get the same ones, as rules for it; both are checked
 * against the register of metrics.
 */
const alertRules = {
  consumer_failed: {
    title: "A consumer has failed",
    subject: "consumer",
    severity: "critical",
    unit: "one",
    threshold: 0,
    forMs: 0,
    remedy: "See the cause that its state names, and what it says to do.",
    expression: 'max by (consumer) (gluttony_consumer_state{state="failed"})',
  },
  consumer_blocked: {
    title: "A consumer or a key of it has not advanced for minutes",
    subject: "consumer",
    severity: "critical",
    unit: "one",
    threshold: 0,
    forMs: 300_000,
    remedy: "See the cause that its state names, and its dead letters.",
    expression:
      'max by (consumer) (gluttony_consumer_state{state="blocked"}) > 0 or max by (consumer) (gluttony_blocked_keys)',
  },
  lag_seconds: {
    title: "A consumer is far behind its source",
    subject: "consumer",
    severity: "warning",
    unit: "seconds",
    threshold: 300,
    forMs: 60_000,
    remedy: "See whether its target answers slowly, and raise delivery.concurrency if it bears more.",
    expression: "max by (consumer) (gluttony_consumer_lag_seconds)",
  },
  lag_growing: {
    title: "A consumer falls further and further behind",
    subject: "consumer",
    severity: "warning",
    unit: "records",
    threshold: 0,
    forMs: 0,
    remedy: "See whether its target answers slowly, and raise delivery.concurrency if it bears more.",
    expression:
      "min_over_time((sum by (consumer) (gluttony_consumer_lag_records) - sum by (consumer) (gluttony_consumer_lag_records offset 2m))[15m:2m])",
  },
  source_silent: {
    title: "A source should be heard of and is not",
    subject: "connector",
    severity: "critical",
    unit: "seconds",
    threshold: 120,
    forMs: 0,
    remedy: "See whether the database is up and the connector's worker reaches it; restart the connector.",
    expression: "max by (connector) (gluttony_connector_silence_seconds)",
  },
  slot_retained: {
    title: "A source keeps much of its log for a connector",
    subject: "connector",
    severity: "critical",
    unit: "bytes",
    threshold: 10_737_418_240,
    forMs: 60_000,
    remedy: "Let the connector run: the source's disk fills. Drop a slot that nobody reads.",
    expression: "max by (connector) (gluttony_slot_retained_bytes)",
  },
  dead_letters: {
    title: "Records are set aside",
    subject: "consumer",
    severity: "warning",
    unit: "records",
    threshold: 0,
    forMs: 0,
    remedy: "See why, with gluttony dead-letter stats; mend the cause, and replay them.",
    expression: "sum by (consumer) (increase(gluttony_dead_letters_total[10m]))",
  },
  handler_slow: {
    title: "A handler is slow",
    subject: "consumer",
    severity: "warning",
    unit: "seconds",
    threshold: 5,
    forMs: 300_000,
    remedy: "See whether its target answers slowly.",
    expression:
      "histogram_quantile(0.95, sum by (consumer, le) (rate(gluttony_handler_duration_seconds_bucket[5m])))",
  },
  cell_restarts: {
    title: "A handler's process dies again and again",
    subject: "consumer",
    severity: "critical",
    unit: "times",
    threshold: 3,
    forMs: 0,
    remedy: "See the host's log for what ends it; go back to the release before.",
    expression: "sum by (consumer) (increase(gluttony_cell_restarts_total[10m]))",
  },
  commits_failing: {
    title: "Marks cannot be written",
    subject: "consumer",
    severity: "critical",
    unit: "times",
    threshold: 10,
    forMs: 60_000,
    remedy: "See whether gluttony's database and the brokers answer: gluttony doctor.",
    expression: 'sum by (consumer) (increase(gluttony_offset_commits_total{result="failed"}[5m]))',
  },
} as const;

/** A rule that is built in. */
export type AlertRuleName = keyof typeof alertRules;

/** Every rule has the shape of one; the compiler says which has not. */
export const alertRuleEntries: { readonly [rule in AlertRuleName]: AlertRuleEntry } = alertRules;

export const alertRuleNames: readonly AlertRuleName[] = Object.keys(alertRules).filter(isAlertRule);

/** Whether a text names a rule. */
export function isAlertRule(text: string): text is AlertRuleName {
  return Object.hasOwn(alertRules, text);
}
