import type { AlertRuleName, Facts } from "@gluttony/model";

/** One alert with what became of telling it. */
export interface AlertRow {
  readonly id: string;
  readonly rule: AlertRuleName;
  readonly subjectKind: "consumer" | "connector";
  readonly subject: string;
  readonly consumerIds: readonly string[];
  readonly state: "pending" | "firing" | "resolved";
  readonly since: Date;
  readonly firedAt: Date | null;
  readonly resolvedAt: Date | null;
  readonly value: number | null;
  readonly threshold: number;
  readonly evidence: Facts;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedNote: string | null;
  readonly deliveries: readonly {
    readonly channel: string;
    readonly turn: "firing" | "resolved";
    readonly state: "waiting" | "delivered" | "given_up" | "silenced";
    readonly attempts: number;
    readonly nextAt: Date;
    readonly code: string | null;
  }[];
}

type Delivery = AlertRow["deliveries"][number];

/** As it is read: times inside of JSON are texts. */
export interface StoredAlert extends Omit<AlertRow, "deliveries"> {
  readonly deliveries: readonly (Omit<Delivery, "nextAt"> & { readonly nextAt: string })[];
  readonly [name: string]: unknown;
}

/** The columns of an alert `a`. */
export const alertColumns = `a.id::text as id, a.rule, a.subject_kind as "subjectKind", a.subject, a.consumer_ids as "consumerIds",
  a.state, a.since, a.fired_at as "firedAt", a.resolved_at as "resolvedAt", a.value, a.threshold, a.evidence,
  a.acknowledged_by as "acknowledgedBy", a.acknowledged_at as "acknowledgedAt", a.acknowledged_note as "acknowledgedNote",
  coalesce((select jsonb_agg(jsonb_build_object('channel', c.name, 'turn', d.turn, 'state', d.state,
      'attempts', d.attempts, 'nextAt', d.next_at, 'code', d.code) order by d.id)
    from cdc.alert_delivery d join cdc.alert_channel c on c.id = d.channel_id where d.alert_id = a.id), '[]') as deliveries`;

export function toAlert(row: StoredAlert): AlertRow {
  const deliveries = row.deliveries.map((one) => ({ ...one, nextAt: new Date(one.nextAt) }));
  return {
    id: row.id,
    rule: row.rule,
    subjectKind: row.subjectKind,
    subject: row.subject,
    consumerIds: row.consumerIds,
    state: row.state,
    since: row.since,
    firedAt: row.firedAt,
    resolvedAt: row.resolvedAt,
    value: row.value,
    threshold: row.threshold,
    evidence: row.evidence,
    acknowledgedBy: row.acknowledgedBy,
    acknowledgedAt: row.acknowledgedAt,
    acknowledgedNote: row.acknowledgedNote,
    deliveries,
  };
}
