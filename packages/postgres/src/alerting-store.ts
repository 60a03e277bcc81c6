import { alertRuleEntries, alertRuleNames, type AlertRuleName, GluttonyError } from "@gluttony/model";
import {
  type AlertChannelDraft,
  type AlertChannelRow,
  createChannel,
  deleteChannel,
  listChannels,
  updateChannel,
} from "./alert-channels.ts";
import { alertColumns, type AlertRow, type StoredAlert, toAlert } from "./alert-row.ts";
import { asActor } from "./as-actor.ts";
import type { Pool, Queries } from "./pool.ts";
import type { SecretBox } from "./secret-box.ts";

/** How a rule is set; revision 0 while nobody changed it. */
export interface RuleSettingRow {
  readonly rule: AlertRuleName;
  readonly isEnabled: boolean;
  readonly threshold: number;
  readonly forMs: number;
  readonly revision: bigint;
}

/** A time in which nobody is told; null stands for every rule, or every subject. */
export interface AlertSilenceRow {
  readonly id: string;
  readonly rule: AlertRuleName | null;
  readonly subject: string | null;
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly until: Date;
}

interface Change {
  readonly actor: string;
  readonly revision: bigint;
}

/** What people see and decide about alerts. */
export interface AlertingStore {
  /** Newest first. */
  alerts(query: { readonly state?: AlertRow["state"]; readonly limit: number }): Promise<readonly AlertRow[]>;
  alert(id: string): Promise<AlertRow | null>;
  /** Throws `alert.not_found` for one that is not open. */
  acknowledge(id: string, by: { readonly actor: string; readonly note: string | null }): Promise<AlertRow>;
  rules(): Promise<readonly RuleSettingRow[]>;
  /** Throws `alert.stale_revision`. */
  setRule(setting: Omit<RuleSettingRow, "revision">, change: Change): Promise<RuleSettingRow>;
  channels(): Promise<readonly AlertChannelRow[]>;
  createChannel(draft: AlertChannelDraft, actor: string): Promise<AlertChannelRow>;
  updateChannel(id: string, draft: AlertChannelDraft, change: Change): Promise<AlertChannelRow>;
  deleteChannel(id: string, change: Change): Promise<void>;
  /** Those that are not over. */
  silences(): Promise<readonly AlertSilenceRow[]>;
  createSilence(
    draft: Pick<AlertSilenceRow, "rule" | "subject" | "reason" | "until">,
    actor: string,
  ): Promise<AlertSilenceRow>;
  /** Throws `alert.silence_not_found`. */
  deleteSilence(id: string, actor: string): Promise<void>;
}

const silenceColumns = `id::text as id, rule, subject, reason, created_by as "createdBy", created_at as "createdAt", until`;

export function createAlertingStore(pool: Pool, box: SecretBox | null): AlertingStore {
  return {
    async alerts({ state, limit }) {
      const rows = await pool.query<StoredAlert>(
        `select ${alertColumns} from cdc.alert a where $1::text is null or a.state = $1 order by a.id desc limit $2`,
        [state ?? null, limit],
      );
      return rows.map(toAlert);
    },
    alert: (id) => readAlert(pool, id),
    async acknowledge(id, { actor, note }) {
      const changed = await asActor(pool, actor, (queries) =>
        queries.query(
          `update cdc.alert set acknowledged_by = $2, acknowledged_at = now(), acknowledged_note = $3
           where id::text = $1 and state <> 'resolved' returning id`,
          [id, actor, note],
        ),
      );
      const alert = changed.length === 0 ? null : await readAlert(pool, id);
      if (alert === null) throw new GluttonyError("alert.not_found");
      return alert;
    },
    rules: () => readRuleSettings(pool),
    setRule: (setting, change) => setRule(pool, setting, change),
    channels: () => listChannels(pool),
    createChannel: (draft, actor) => createChannel(pool, draft, { actor, box }),
    updateChannel: (id, draft, change) => updateChannel(pool, { ...draft, id }, { ...change, box }),
    deleteChannel: (id, change) => deleteChannel(pool, id, change),
    silences: () =>
      pool.query<AlertSilenceRow & { readonly [name: string]: unknown }>(
        `select ${silenceColumns} from cdc.alert_silence where until > now() order by id`,
      ),
    async createSilence({ rule, subject, reason, until }, actor) {
      const [row] = await asActor(pool, actor, (queries) =>
        queries.query<AlertSilenceRow & { readonly [name: string]: unknown }>(
          `insert into cdc.alert_silence (rule, subject, reason, created_by, until) values ($1, $2, $3, $4, $5)
           returning ${silenceColumns}`,
          [rule, subject, reason, actor, until],
        ),
      );
      if (row === undefined) throw new GluttonyError("alert.silence_not_found");
      return row;
    },
    async deleteSilence(id, actor) {
      const gone = await asActor(pool, actor, (queries) =>
        queries.query("delete from cdc.alert_silence where id::text = $1 returning id", [id]),
      );
      if (gone.length === 0) throw new GluttonyError("alert.silence_not_found");
    },
  };
}

/** Every rule, as it is built in or as a person changed it. */
export async function readRuleSettings(queries: Queries): Promise<readonly RuleSettingRow[]> {
  const rows = await queries.query<RuleSettingRow & { readonly [name: string]: unknown }>(
    `select rule, is_enabled as "isEnabled", threshold, for_ms::float8 as "forMs", revision from cdc.alert_rule`,
  );
  const changed = new Map(rows.map((row) => [row.rule, row]));
  return alertRuleNames.map((rule) => changed.get(rule) ?? builtIn(rule));
}

function builtIn(rule: AlertRuleName): RuleSettingRow {
  const { threshold, forMs } = alertRuleEntries[rule];
  return { rule, isEnabled: true, threshold, forMs, revision: 0n };
}

async function readAlert(queries: Queries, id: string): Promise<AlertRow | null> {
  const [row] = await queries.query<StoredAlert>(
    `select ${alertColumns} from cdc.alert a where a.id::text = $1`,
    [id],
  );
  return row === undefined ? null : toAlert(row);
}

function setRule(
  pool: Pool,
  { rule, isEnabled, threshold, forMs }: Omit<RuleSettingRow, "revision">,
  { actor, revision }: Change,
): Promise<RuleSettingRow> {
  return asActor(pool, actor, async (queries) => {
    const [row] = await queries.query<RuleSettingRow & { readonly [name: string]: unknown }>(
      `insert into cdc.alert_rule as r (rule, is_enabled, threshold, for_ms, updated_by)
       select $1, $2, $3, $4, $5 where $6::bigint = 0 or exists (select from cdc.alert_rule where rule = $1)
       on conflict (rule) do update set is_enabled = excluded.is_enabled, threshold = excluded.threshold,
         for_ms = excluded.for_ms, updated_by = excluded.updated_by, updated_at = now(), revision = r.revision + 1
         where r.revision = $6
       returning rule, is_enabled as "isEnabled", threshold, for_ms::float8 as "forMs", revision`,
      [rule, isEnabled, threshold, forMs, actor, revision],
    );
    if (row === undefined) throw new GluttonyError("alert.stale_revision", { rule });
    return row;
  });
}
