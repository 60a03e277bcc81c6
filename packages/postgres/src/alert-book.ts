import type { AlertRuleName, Facts } from "@gluttony/model";
import { tryWithAdvisoryLock } from "./advisory-lock.ts";
import { type OpenedChannel, openChannel, type ChannelSecrets } from "./alert-channels.ts";
import { readRuleSettings, type RuleSettingRow } from "./alerting-store.ts";
import type { Pool, Queries } from "./pool.ts";
import { storedJson } from "./stored-json.ts";
import { settingsNow } from "./runtime-settings.ts";

/** An alert that is not resolved. */
export interface OpenAlertRow {
  readonly id: string;
  readonly rule: AlertRuleName;
  readonly subjectKind: "consumer" | "connector";
  readonly subject: string;
  readonly state: "pending" | "firing" | "resolved";
  readonly since: Date;
}

interface AlertReading {
  readonly rule: AlertRuleName;
  readonly subjectKind: "consumer" | "connector";
  readonly subject: string;
  readonly consumerIds: readonly string[];
  readonly value: number | null;
  readonly evidence: Facts;
}

/** What becomes of alerts; decided by others. */
export type AlertChangeRow =
  | {
      readonly do: "open";
      readonly reading: AlertReading;
      readonly threshold: number;
      readonly state: "pending" | "firing";
    }
  | {
      readonly do: "update";
      readonly id: string;
      readonly reading: AlertReading;
      readonly threshold: number;
      readonly fires: boolean;
    }
  | { readonly do: "resolve"; readonly id: string }
  | { readonly do: "drop"; readonly id: string };

/** Something that is to be told now. */
export interface DueDelivery {
  readonly id: string;
  readonly channelId: string;
  readonly alertId: string;
  readonly turn: "firing" | "resolved";
  readonly attempts: number;
  readonly rule: AlertRuleName;
  readonly subjectKind: "consumer" | "connector";
  readonly subject: string;
  readonly since: Date;
  readonly value: number | null;
  readonly threshold: number;
}

/** What the host that watches the rules remembers, so that any host can go on with it. */
export interface AlertBook {
  /** Runs `work` unless another host watches just now; null then. */
  whileAlone<T>(work: () => Promise<T>): Promise<T | null>;
  rules(): Promise<readonly RuleSettingRow[]>;
  open(): Promise<readonly OpenAlertRow[]>;
  apply(changes: readonly AlertChangeRow[]): Promise<void>;
  /** Notes what has to be told through which channel, once each; what is silenced waits for the end of the silence. */
  enqueue(): Promise<void>;
  /** What is to be told now, the oldest first. */
  due(limit: number): Promise<readonly DueDelivery[]>;
  delivered(id: string): Promise<void>;
  /** Null: it is given up. */
  failed(id: string, code: string, nextInMs: number | null): Promise<void>;
  /** A channel with its address and secret in clear. Throws `alert.channel_not_found`, `secret.*`. */
  channel(id: string): Promise<OpenedChannel>;
  /** Drops what was resolved long ago, and silences that are over. */
  purge(): Promise<void>;
}

const lockName = "gluttony alert watch";

export function createAlertBook(pool: Pool, secrets: ChannelSecrets): AlertBook {
  return {
    async whileAlone(work) {
      const done = await tryWithAdvisoryLock(pool, lockName, async () => ({ answer: await work() }));
      return done === null ? null : done.answer;
    },
    rules: () => readRuleSettings(pool),
    open: () =>
      pool.query<OpenAlertRow & { readonly [name: string]: unknown }>(
        `select id::text as id, rule, subject_kind as "subjectKind", subject, state, since from cdc.alert
         where state <> 'resolved'`,
      ),
    apply: (changes) =>
      pool.transaction(async (queries) => {
        for (const change of changes) await applyOne(queries, change);
      }),
    enqueue: () => pool.transaction(enqueue),
    due: (limit) => pool.query<DueDelivery & { readonly [name: string]: unknown }>(dueStatement, [limit]),
    async delivered(id) {
      await pool.query(
        `update cdc.alert_delivery set state = 'delivered', attempts = attempts + 1, code = null, delivered_at = now()
         where id = $1`,
        [id],
      );
    },
    async failed(id, code, nextInMs) {
      await pool.query(
        `update cdc.alert_delivery set attempts = attempts + 1, code = $2,
           state = case when $3::float8 is null then 'given_up' else 'waiting' end,
           next_at = now() + coalesce($3::float8, 0) * interval '1 millisecond' where id = $1`,
        [id, code, nextInMs],
      );
    },
    channel: (id) => openChannel(pool, id, secrets),
    async purge() {
      const { "retention.alertDays": keptDays } = await settingsNow(pool);
      await pool.query(
        "delete from cdc.alert where state = 'resolved' and resolved_at < now() - make_interval(days => $1)",
        [keptDays],
      );
      await pool.query("delete from cdc.alert_silence where until < now() - make_interval(days => $1)", [
        keptDays,
      ]);
    },
  };
}

async function applyOne(queries: Queries, change: AlertChangeRow): Promise<void> {
  switch (change.do) {
    case "open": {
      const { rule, subjectKind, subject, consumerIds, value, evidence } = change.reading;
      await queries.query(
        `insert into cdc.alert (rule, subject_kind, subject, consumer_ids, state, since, fired_at, value, threshold, evidence)
         values ($1, $2, $3, $4, $5, now(), case when $5 = 'firing' then now() end, $6, $7, $8)
         on conflict (rule, subject_kind, subject) where state <> 'resolved' do nothing`,
        [
          rule,
          subjectKind,
          subject,
          consumerIds,
          change.state,
          value,
          change.threshold,
          storedJson(evidence),
        ],
      );
      return;
    }
    case "update":
      await queries.query(
        `update cdc.alert set value = $2, threshold = $3, evidence = $4, consumer_ids = $5, updated_at = now(),
           state = case when $6 then 'firing' else state end, fired_at = case when $6 then now() else fired_at end
         where id = $1`,
        [
          change.id,
          change.reading.value,
          change.threshold,
          storedJson(change.reading.evidence),
          change.reading.consumerIds,
          change.fires,
        ],
      );
      return;
    case "resolve":
      await queries.query(
        "update cdc.alert set state = 'resolved', resolved_at = now(), updated_at = now() where id = $1",
        [change.id],
      );
      return;
    case "drop":
      await queries.query("delete from cdc.alert where id = $1", [change.id]);
  }
}

const isSilenced = `exists (select from cdc.alert_silence s where s.until > now()
  and (s.rule is null or s.rule = a.rule) and (s.subject is null or s.subject = a.subject))`;

async function enqueue(queries: Queries): Promise<void> {
  await queries.query(
    `insert into cdc.alert_delivery (alert_id, channel_id, turn, state)
     select a.id, c.id, 'firing', case when ${isSilenced} then 'silenced' else 'waiting' end
     from cdc.alert a cross join cdc.alert_channel c where a.state = 'firing' and c.is_enabled
     on conflict (alert_id, channel_id, turn) do nothing`,
  );
  await queries.query(
    `update cdc.alert_delivery d set state = 'waiting', next_at = now() from cdc.alert a
     where a.id = d.alert_id and d.state = 'silenced' and a.state = 'firing' and not ${isSilenced}`,
  );
  // Whoever was told of it is told of its end.
  await queries.query(
    `insert into cdc.alert_delivery (alert_id, channel_id, turn, state)
     select d.alert_id, d.channel_id, 'resolved', 'waiting' from cdc.alert_delivery d
       join cdc.alert a on a.id = d.alert_id join cdc.alert_channel c on c.id = d.channel_id
     where a.state = 'resolved' and c.is_enabled and d.turn = 'firing' and d.state = 'delivered'
     on conflict (alert_id, channel_id, turn) do nothing`,
  );
}

const dueStatement = `
  select d.id::text as id, d.channel_id::text as "channelId", d.alert_id::text as "alertId", d.turn, d.attempts, a.rule,
    a.subject_kind as "subjectKind",
    coalesce((select k.name::text from cdc.consumer k where a.subject_kind = 'consumer' and k.id::text = a.subject), a.subject)
      as subject,
    a.since, a.value, a.threshold
  from cdc.alert_delivery d join cdc.alert a on a.id = d.alert_id join cdc.alert_channel c on c.id = d.channel_id
  where d.state = 'waiting' and d.next_at <= now() and c.is_enabled order by d.id limit $1`;
