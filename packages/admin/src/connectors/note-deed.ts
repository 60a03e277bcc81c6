import type { Facts } from "@gluttony/model";
import type { AdminCollaborators } from "../ports.ts";

/** What was done to a connector, by whom and why. */
export interface DoneDeed {
  readonly actor: string;
  /** The noun and the deed, as `connector.pause`. */
  readonly action: string;
  readonly connector: string;
  readonly reason: string | undefined;
  readonly detail?: Facts;
}

/** Kafka Connect writes no row of ours, so the audit is told afterwards. */
export async function noteDeed(
  { actor, action, connector, reason, detail = {} }: DoneDeed,
  { access }: Pick<AdminCollaborators, "access">,
): Promise<void> {
  await access.audit.note({
    actor,
    action,
    targetKind: "connector",
    targetId: connector,
    reason: reason ?? null,
    detail,
    result: "done",
  });
}
