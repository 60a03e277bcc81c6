import { createHash } from "node:crypto";
import type { ConfigDeed, Fault, StoredConfig } from "@gluttony/model";
import type { ConfigDocument } from "./document.ts";
import { inOrder } from "./in-order.ts";
import { type CheckDraft, planConsumers } from "./plan-consumers.ts";
import { planPlugins } from "./plan-plugins.ts";
import { planUsers } from "./plan-users.ts";
import { type PlannedSection, type PlanOptions, sectionOf } from "./planned.ts";

/** Milliseconds for which a plan may be applied. */
export const planValidMs = 900_000;

/** What a document would change, and how; it changes nothing. */
export type ConfigPlan = PlannedSection;

/** Compares a document with what is stored. Pure, as `check` is. */
export function planConfig(
  document: ConfigDocument,
  stored: StoredConfig,
  options: PlanOptions & { readonly check: CheckDraft },
): ConfigPlan {
  const users = planUsers(document.users, stored, options);
  const consumers = planConsumers(document.consumers, stored, options);
  const plugins = planPlugins(document.plugins, stored, options);
  const plan = sectionOf([consumers, plugins, users]);
  return { ...plan, deeds: inTurn(plan.deeds), faults: [...plan.faults, ...emptyNames(document)] };
}

/**
 * Covers what the plan does, on which revisions, and until when. The time is in the hash itself, so that a plan need
 * not be kept or sent back.
 */
export function planHash({ deeds }: Pick<ConfigPlan, "deeds">, expiresAtMs: number): string {
  const text = JSON.stringify(inOrder([deeds, expiresAtMs]), (_name, one: unknown) =>
    typeof one === "bigint" ? String(one) : one,
  );
  const digest = createHash("sha256").update(text, "utf8").digest("hex").slice(0, 32);
  return `${Math.floor(expiresAtMs).toString(36)}.${digest}`;
}

/** Until when the plan of a hash holds; null for what is no hash of ours. */
export function expiryOf(hash: string): number | null {
  const time = /^([0-9a-z]{1,10})\.[0-9a-f]{32}$/.exec(hash)?.[1];
  return time === undefined ? null : Number.parseInt(time, 36);
}

const turns: { readonly [deed in ConfigDeed["do"]]: number } = {
  "write-consumer": 0,
  plugin: 1,
  "delete-consumer": 2,
  "write-user": 3,
  "delete-user": 4,
};

/** A pin needs its consumer; a release may go only when nobody is left who uses it. */
function inTurn(deeds: readonly ConfigDeed[]): readonly ConfigDeed[] {
  const turnOf = (deed: ConfigDeed): number =>
    deed.do === "plugin" && deed.deed.do === "deactivate" ? turns["delete-consumer"] + 0.5 : turns[deed.do];
  return deeds.toSorted((left, right) => turnOf(left) - turnOf(right));
}

function emptyNames(document: ConfigDocument): readonly Fault[] {
  return (["consumers", "users", "plugins"] as const)
    .filter((section) => Object.hasOwn(document[section] ?? {}, ""))
    .map((section) => ({ path: `/${section}/`, message: "Must have a name." }));
}
