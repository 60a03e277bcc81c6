import type { PluginHost, ResolvedHandler } from "@gluttony/core";
import { type Consumer, GluttonyError, toGluttonyError } from "@gluttony/model";
import type { HandlerInUse } from "./live-handler.ts";
import { requireSettings } from "./require-settings.ts";

/** A release that failed for a consumer on this host, and was taken back. */
export interface RolledBack {
  readonly treeHash: string;
  readonly error: GluttonyError;
}

/** A handler that is known for a version of the consumer. */
export interface KnownHandler {
  readonly consumer: Consumer;
  readonly resolved: ResolvedHandler;
  /** What was taken back for it; left out when nothing was. */
  readonly rolledBack?: RolledBack | null;
}

/** Throws when a handler is the one that was taken back, and the consumer does not ask for it all the same. */
export function refuseRolledBack({ consumer, resolved, rolledBack = null }: KnownHandler): void {
  if (rolledBack === null || consumer.plugin.rollback === "off") return;
  if (rolledBack.treeHash === resolved.release.treeHash) throw rolledBack.error;
}

/** What is to be said of a handler that stands in for a release that failed; null when it is what is wanted. */
export function standingIn({ release, insteadOf }: ResolvedHandler): GluttonyError | null {
  if (insteadOf === null) return null;
  const { package: plugin, version: servesAgain } = release;
  return new GluttonyError("plugin.rolled_back", { plugin, version: insteadOf, servesAgain });
}

/** A handler that was started for a run. */
export interface StartedHandler extends HandlerInUse, KnownHandler {
  /** Why it is not the one that is wanted; null when it is. */
  readonly refusal: GluttonyError | null;
}

/** What a start works with. */
export interface StartMeans {
  readonly plugins: PluginHost;
  /** Called before the cell starts, for what must exist before that is worth while. */
  prepare(consumer: Consumer): Promise<void>;
  /** Whether the cell must be one that nobody used before; left out: any. */
  readonly needsNewCell?: boolean;
}

/**
 * Starts the handler for a new run: the one that is wanted, else the last that served this consumer on this host, so that
 * a run which begins anew is not stopped by a release that never worked. Throws GluttonyError when neither starts.
 */
export async function startHandler(
  wanted: Consumer | GluttonyError,
  last: KnownHandler | null,
  { plugins, prepare, needsNewCell }: StartMeans,
): Promise<StartedHandler> {
  const found = await orLast(last, async () => {
    if (wanted instanceof GluttonyError) throw wanted;
    const resolved = await plugins.resolve(wanted.handlerFunc, wanted.handler, wanted.id);
    const known = { consumer: wanted, resolved, rolledBack: last?.rolledBack ?? null };
    refuseRolledBack(known);
    return known;
  });
  await prepare(found.known.consumer);
  const started = await orLast(last, async () => {
    const lease = await plugins.acquire(found.known.resolved, { isNew: needsNewCell === true });
    await requireSettings(lease, found.known.consumer, found.known.resolved);
    return { ...found.known, lease };
  });
  const refusal = found.refusal ?? started.refusal ?? standingIn(started.known.resolved);
  if ("lease" in started.known) return { ...started.known, refusal };
  return { ...started.known, lease: await plugins.acquire(started.known.resolved), refusal };
}

/** What the attempt gives; when it throws and there is a last one, that, with the reason. */
async function orLast<Known extends KnownHandler>(
  last: KnownHandler | null,
  attempt: () => Promise<Known>,
): Promise<{ readonly known: Known | KnownHandler; readonly refusal: GluttonyError | null }> {
  try {
    return { known: await attempt(), refusal: null };
  } catch (error) {
    if (last === null) throw error;
    return { known: last, refusal: toGluttonyError(error) };
  }
}
