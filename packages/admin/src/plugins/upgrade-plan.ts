import { createHash } from "node:crypto";
import { type ConsumerRow, GluttonyError, isCode } from "@gluttony/model";
import type { UpgradeFacts } from "../plugin-ports.ts";

/** Milliseconds for which a plan may be applied. */
export const upgradeValidMs = 900_000;

/** What an upgrade of one consumer would change, as it was shown. */
export interface UpgradePlan extends UpgradeFacts {
  readonly consumerId: string;
  readonly revision: string;
  readonly warnings: readonly string[];
  readonly expiresAt: string;
  readonly hash: string;
}

/** Makes the plan of what was found. Pure. */
export function upgradePlan(
  { id, revision }: Pick<ConsumerRow, "id" | "revision">,
  facts: UpgradeFacts,
  expiresAt: string,
): UpgradePlan {
  const plan = { ...facts, consumerId: id, revision: String(revision), expiresAt };
  return { ...plan, warnings: warningsOf(facts), hash: hashOf(plan) };
}

/**
 * Demands that a plan still holds: what it was made on is as it was, and nothing keeps the consumer from running. Pure. Throws
 * `plugin.plan_stale`, or the code of the first blocker.
 */
export function requireUpgradable(plan: UpgradePlan, shownHash: string, nowMs: number): void {
  if (plan.hash !== shownHash) throw new GluttonyError("plugin.plan_stale", { plugin: plan.package });
  if (Date.parse(plan.expiresAt) <= nowMs)
    throw new GluttonyError("plugin.plan_stale", { plugin: plan.package, expiredAt: plan.expiresAt });
  const [blocker] = plan.blockers;
  if (blocker === undefined) return;
  const code = isCode(blocker.code) ? blocker.code : "plugin.plan_stale";
  const { faults } = blocker;
  throw new GluttonyError(
    code,
    { plugin: plan.package, version: plan.to, seen: blocker.message },
    { faults },
  );
}

function hashOf(plan: Omit<UpgradePlan, "hash" | "warnings">): string {
  const { consumerId, revision, package: name, from, to, treeHash, permissions, blockers, expiresAt } = plan;
  const found = [permissions.notGranted, blockers.map(({ code }) => code)];
  const text = JSON.stringify([consumerId, revision, name, from, to, treeHash, found, expiresAt]);
  return createHash("sha256").update(text, "utf8").digest("hex").slice(0, 32);
}

function warningsOf({ from, to, settings, permissions }: UpgradeFacts): readonly string[] {
  const lost = settings.filter(({ change, isSet }) => change === "removed" && isSet);
  return [
    ...(from === to ? [`${to} serves the consumer already.`] : []),
    ...lost.map(({ name }) => `The setting ${name} is set, and the other release does not know it.`),
    ...permissions.added.map((asked) => `It asks for ${asked}, too.`),
  ];
}
