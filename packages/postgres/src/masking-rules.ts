import { GluttonyError, type MaskingRule, maskingRulesMax } from "@gluttony/model";
import { asActor } from "./as-actor.ts";
import type { Pool, Queries } from "./pool.ts";
import { requireReason } from "./reason.ts";

/** What a rule is to be. */
export type MaskingDraft = Pick<MaskingRule, "name" | "tables" | "columns" | "effect" | "reason">;

/** Who changes a rule, and the revision they saw. */
export interface SeenRule {
  readonly actor: string;
  readonly revision: bigint;
}

/** The rules by which values are shown. A trigger puts every change into the audit. */
export interface MaskingRules {
  /** By name. */
  list(): Promise<readonly MaskingRule[]>;
  /** Throws `masking.rule_exists`, `masking.rules_full`, `masking.reason_required`. */
  create(draft: MaskingDraft, actor: string): Promise<MaskingRule>;
  /** Throws `masking.rule_unknown`, `masking.stale_revision`, `masking.reason_required`. */
  update(draft: MaskingDraft, seen: SeenRule): Promise<MaskingRule>;
  /** Throws `masking.rule_unknown`, `masking.stale_revision`. */
  delete(name: string, seen: SeenRule): Promise<void>;
}

export function createMaskingRules(pool: Pool): MaskingRules {
  return {
    list: () => pool.query<RuleRow>(`select ${columns} from cdc.masking_rule order by name collate "C"`),
    create: (draft, actor) => asActor(pool, actor, (queries) => create(queries, draft, actor)),
    update: (draft, seen) => asActor(pool, seen.actor, (queries) => update(queries, draft, seen)),
    delete: (name, seen) =>
      asActor(pool, seen.actor, async (queries) => {
        await lockSeen(queries, name, seen.revision);
        await queries.query("delete from cdc.masking_rule where name = $1", [name]);
      }),
  };
}

type RuleRow = MaskingRule & { readonly [name: string]: unknown };

const columns =
  'name, tables, columns, effect, reason, changed_by as "changedBy", changed_at as "changedAt", revision';

async function create(queries: Queries, draft: MaskingDraft, actor: string): Promise<MaskingRule> {
  const { name, tables, columns: patterns, effect } = draft;
  const reason = requireReason(draft.reason, "masking.reason_required");
  const [sum] = await queries.query<{ rules: number }>("select count(*)::int as rules from cdc.masking_rule");
  if ((sum?.rules ?? 0) >= maskingRulesMax)
    throw new GluttonyError("masking.rules_full", { rules: maskingRulesMax });
  const [made] = await queries.query<RuleRow>(
    `insert into cdc.masking_rule (name, tables, columns, effect, reason, changed_by)
     values ($1, $2, $3, $4, $5, $6) on conflict (name) do nothing returning ${columns}`,
    [name, tables, patterns, effect, reason, actor],
  );
  if (made === undefined) throw new GluttonyError("masking.rule_exists", { rule: name });
  return made;
}

async function update(queries: Queries, draft: MaskingDraft, seen: SeenRule): Promise<MaskingRule> {
  const { name, tables, columns: patterns, effect } = draft;
  const reason = requireReason(draft.reason, "masking.reason_required");
  await lockSeen(queries, name, seen.revision);
  const [changed] = await queries.query<RuleRow>(
    `update cdc.masking_rule set tables = $2, columns = $3, effect = $4, reason = $5, changed_by = $6,
       changed_at = now(), revision = nextval('cdc.masking_revision')
     where name = $1 returning ${columns}`,
    [name, tables, patterns, effect, reason, seen.actor],
  );
  if (changed === undefined) throw new GluttonyError("masking.rule_unknown", { rule: name });
  return changed;
}

async function lockSeen(queries: Queries, name: string, revision: bigint): Promise<void> {
  const [row] = await queries.query<{ revision: bigint }>(
    "select revision from cdc.masking_rule where name = $1 for update",
    [name],
  );
  if (row === undefined) throw new GluttonyError("masking.rule_unknown", { rule: name });
  if (row.revision === revision) return;
  throw new GluttonyError("masking.stale_revision", {
    rule: name,
    seen: String(revision),
    current: String(row.revision),
  });
}
