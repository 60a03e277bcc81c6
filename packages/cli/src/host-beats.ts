import { sweepStore } from "@gluttony/core";
import { toGluttonyError } from "@gluttony/model";
import { systemClock } from "@gluttony/runtime";
import type { Logger } from "@gluttony/sdk";
import type { Settings } from "./parse-environment.ts";
import { storeDirOf, type Stores } from "./stores.ts";
import { version } from "./version.ts";

/** Milliseconds between signs of life in `cdc.host`. */
const hostBeatMs = 5_000;
/** Milliseconds between purges of what is remembered too long. */
const housekeepingMs = 600_000;
/** Milliseconds between sweeps of the plugin store. */
const storeSweepMs = 3_600_000;

/** Says that this host lives until the signal, and that it stopped after it. */
export async function beat(stores: Stores, settings: Settings, signal: AbortSignal): Promise<void> {
  const startedAt = new Date();
  while (!signal.aborted) {
    // A beat that fails is followed by the next one; the readiness says what is wrong.
    await stores.hosts.beat({ hostId: settings.hostId, version, startedAt }).catch(() => undefined);
    await systemClock.sleep(hostBeatMs, signal);
  }
  await stores.hosts.remove(settings.hostId).catch(() => undefined);
}

/** Removes what nobody needs from this host's plugin store, until the signal. */
export async function keepStore(
  stores: Stores,
  { settings, log }: { readonly settings: Settings; readonly log: Logger },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await systemClock.sleep(storeSweepMs, signal);
    if (signal.aborted) return;
    await sweepStore(storeDirOf(settings), { releases: stores.releases, log }).catch((error: unknown) => {
      log.warn("the plugin store is not swept", { code: toGluttonyError(error).code });
    });
  }
}

/** Every host tries; the database lets one at a time. */
export async function keepHouse(stores: Stores, log: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await systemClock.sleep(housekeepingMs, signal);
    if (signal.aborted) return;
    await stores.housekeeping.run().catch((error: unknown) => {
      log.warn("old entries stay for now", { code: toGluttonyError(error).code });
    });
  }
}
