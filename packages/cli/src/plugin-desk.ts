import { userInfo } from "node:os";
import { type PluginActor, requireMigrated } from "@gluttony/postgres";
import { createLog } from "./log.ts";
import type { Settings } from "./parse-environment.ts";
import { requiredSettings } from "./required-settings.ts";
import { openStores, type Stores } from "./stores.ts";
import { version } from "./version.ts";

/** Runs a plugin command on gluttony's database, which has this version's schema, and closes it again. */
export async function atPluginDesk<T>(work: (stores: Stores, settings: Settings) => Promise<T>): Promise<T> {
  const settings = requiredSettings(["DATABASE_URL"]);
  const stores = openStores(settings, createLog("warn", { service: "gluttony", version }));
  try {
    await requireMigrated(stores.pool);
    return await work(stores, settings);
  } finally {
    await stores.pool.close();
  }
}

/** The person at the keyboard, as far as the machine knows. */
export function personHere(reason: string | undefined): PluginActor {
  return { actor: userInfo().username, reason: reason ?? null };
}
