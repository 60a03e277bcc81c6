import { GluttonyError } from "@gluttony/model";
import type { OffsetEntry } from "../client/parse-answers.ts";
import type { ConnectClient } from "../connect-client.ts";
import type { CodedFault } from "../plan/coded-fault.ts";
import { type PlanSigner, planHash, requireFreshPlan } from "../plan/plan-hash.ts";
import { dataSourceOfClass } from "../policy/connector-classes.ts";
import type { ConnectorRegistry, ConnectorsLog } from "../ports.ts";
import { type OffsetDeed, type OffsetDraft, draftOffsets } from "./draft-offsets.ts";

/** What a change of a source position would do. */
export interface OffsetPlan {
  readonly do: OffsetDeed["do"];
  readonly connector: string;
  readonly before: readonly OffsetEntry[];
  /** Null when it is refused. */
  readonly after: readonly OffsetEntry[] | null;
  readonly refusals: readonly CodedFault[];
  readonly warnings: readonly CodedFault[];
  readonly hash: string;
  readonly expiresAt: Date;
}

/** Shows and moves source positions; a move is planned first. */
export interface OffsetDesk {
  read(connector: string): Promise<readonly OffsetEntry[]>;
  plan(deed: OffsetDeed): Promise<OffsetPlan>;
  /** Throws `connect.plan_stale`, `connect.plan_refused`. */
  apply(deed: OffsetDeed, hash: string): Promise<OffsetPlan>;
}

export interface OffsetCollaborators {
  readonly client: ConnectClient;
  readonly registry: Pick<ConnectorRegistry, "list" | "withLock">;
  readonly log: ConnectorsLog;
}

export function createOffsetDesk(
  { client, registry, log }: OffsetCollaborators,
  signer: PlanSigner,
): OffsetDesk {
  const drafted = async (
    deed: OffsetDeed,
  ): Promise<{ readonly before: readonly OffsetEntry[]; readonly draft: OffsetDraft }> => {
    const { connector } = deed;
    await requireOurs(connector, registry);
    const [config, status] = await Promise.all([client.config(connector), client.status(connector)]);
    const source = dataSourceOfClass(config?.["connector.class"] ?? "");
    if (config === null || status === null)
      throw new GluttonyError("connect.connector_missing", { connector });
    if (source === null) throw new GluttonyError("connect.class_denied", { connector });
    const before = await client.offsets(connector);
    return { before, draft: draftOffsets(deed, { source, status, offsets: before }) };
  };
  const planOf = (deed: OffsetDeed, { before, draft }: Awaited<ReturnType<typeof drafted>>): OffsetPlan => ({
    do: deed.do,
    connector: deed.connector,
    before,
    after: draft.refusals.length === 0 ? draft.offsets : null,
    refusals: draft.refusals,
    warnings: draft.warnings,
    ...planHash({ deed, before, draft }, signer),
  });
  return {
    read: (connector) => client.offsets(connector),
    plan: async (deed) => planOf(deed, await drafted(deed)),
    apply: (deed, hash) =>
      registry.withLock(deed.connector, async () => {
        const now = await drafted(deed);
        requireFreshPlan({ deed, ...now }, hash, signer);
        const plan = planOf(deed, now);
        if (plan.after === null) {
          const facts = { connector: plan.connector, refusals: plan.refusals.map(({ code }) => code) };
          throw new GluttonyError("connect.plan_refused", facts, { faults: plan.refusals });
        }
        if (deed.do === "forget") await client.resetOffsets(deed.connector);
        else await client.alterOffsets(deed.connector, plan.after);
        log.info("The position of a connector was changed.", { connector: deed.connector, deed: deed.do });
        return plan;
      }),
  };
}

async function requireOurs(connector: string, registry: Pick<ConnectorRegistry, "list">): Promise<void> {
  if ((await registry.list()).some(({ name }) => name === connector)) return;
  throw new GluttonyError("connect.not_ours", { connector });
}
