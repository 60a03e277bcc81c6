import { type Fault, GluttonyError, type StoredConfig } from "@gluttony/model";
import type { AdminCollaborators } from "../ports.ts";
import { pointerOf } from "../problem.ts";
import { withoutSecret } from "../draft.ts";
import type { ConfigDocument } from "./document.ts";
import { type ConfigPlan, expiryOf, planConfig, planHash, planValidMs } from "./plan.ts";
import type { PlanOptions } from "./planned.ts";

type Needed = Pick<AdminCollaborators, "config" | "checkConsumer" | "validateHandler">;

/** A document, and how it is meant. */
export interface WantedConfig {
  readonly document: ConfigDocument;
  readonly options: PlanOptions;
  readonly actor: string;
}

/** A plan as it is shown; without a hash it cannot be applied. */
export interface ShownPlan {
  readonly plan: ConfigPlan;
  readonly hash: string | null;
  readonly expiresAt: string;
}

/** Plans on what is stored now. What only the plugins or the database can tell is asked, too, and taken back. */
export async function readConfigPlan(wanted: WantedConfig, needed: Needed): Promise<ShownPlan> {
  const planned = planOn(wanted, await needed.config.read(), needed);
  const plan = { ...planned, faults: await allFaults(planned, wanted.actor, needed) };
  const expiresAtMs = Date.now() + planValidMs;
  const hash = plan.faults.length === 0 ? planHash(plan, expiresAtMs) : null;
  return { plan, hash, expiresAt: new Date(expiresAtMs).toISOString() };
}

/**
 * Does what a plan says, as long as it still holds: all of it, or nothing. Throws `config.plan_required`,
 * `config.plan_stale`, `config.document_invalid`.
 */
export async function applyConfig(
  wanted: WantedConfig,
  { hash, reason }: { readonly hash: string | undefined; readonly reason: string | null },
  needed: Needed,
): Promise<ConfigPlan> {
  if (hash === undefined) throw new GluttonyError("config.plan_required");
  const expiresAtMs = expiryOf(hash);
  if (expiresAtMs === null) throw new GluttonyError("config.plan_stale", { seen: "no hash of a plan" });
  if (expiresAtMs <= Date.now())
    throw new GluttonyError("config.plan_stale", { expiredAt: new Date(expiresAtMs).toISOString() });
  const first = planOn(wanted, await needed.config.read(), needed);
  requirePlan(first, { hash, expiresAtMs });
  refuseFaults([...first.faults, ...(await handlerFaults(first, needed))]);
  let done = first;
  await inBody(() =>
    needed.config.apply(
      (stored) => {
        done = planOn(wanted, stored, needed);
        requirePlan(done, { hash, expiresAtMs });
        refuseFaults(done.faults);
        return done.deeds;
      },
      { actor: wanted.actor, reason, plan: hash },
    ),
  );
  return done;
}

function planOn(
  { document, options }: WantedConfig,
  stored: StoredConfig,
  { checkConsumer }: Needed,
): ConfigPlan {
  return planConfig(document, stored, { ...options, check: checkConsumer });
}

function requirePlan(plan: ConfigPlan, seen: { readonly hash: string; readonly expiresAtMs: number }): void {
  if (planHash(plan, seen.expiresAtMs) === seen.hash) return;
  throw new GluttonyError("config.plan_stale", { seen: "another plan than was shown" });
}

async function allFaults(plan: ConfigPlan, actor: string, needed: Needed): Promise<readonly Fault[]> {
  const faults = [...plan.faults, ...(await handlerFaults(plan, needed))];
  if (faults.length > 0) return faults;
  try {
    await needed.config.rehearse(plan.deeds, actor);
    return [];
  } catch (error) {
    if (error instanceof GluttonyError && error.code === "config.document_invalid") return error.faults;
    throw error;
  }
}

/** What the plugins say of settings. A document that changes what serves is judged by the hosts, once it does. */
async function handlerFaults(plan: ConfigPlan, { validateHandler }: Needed): Promise<readonly Fault[]> {
  if (validateHandler === undefined || plan.changes.some(({ kind }) => kind === "plugin")) return [];
  const faults: Fault[] = [];
  if (plan.faults.length > 0) return faults;
  for (const deed of plan.deeds) {
    if (deed.do !== "write-consumer") continue;
    const found = withoutSecret(await validateHandler(deed.draft), deed.draft.connString);
    faults.push(...found.map((fault) => ({ ...fault, path: `${deed.pointer}${pointerOf(fault.path)}` })));
  }
  return faults;
}

function refuseFaults(faults: readonly Fault[]): void {
  if (faults.length > 0)
    throw new GluttonyError("config.document_invalid", {}, { faults: faults.map(inDocument) });
}

// A problem's pointers lead into the body, where the document is one field.
function inDocument(fault: Fault): Fault {
  return { ...fault, path: `/document${fault.path}` };
}

async function inBody(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isPlain = error instanceof GluttonyError && error.code === "config.document_invalid";
    if (!isPlain || error.faults.every(({ path }) => path.startsWith("/document"))) throw error;
    throw new GluttonyError(error.code, error.facts, { cause: error, faults: error.faults.map(inDocument) });
  }
}
