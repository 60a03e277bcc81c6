import { cellMachine, HostReadiness } from "@gluttony/core";
import { createReadinessBook } from "@gluttony/postgres";
import type { Logger } from "@gluttony/sdk";
import type { Settings } from "./parse-environment.ts";
import { storeDirOf, type Stores } from "./stores.ts";

/** Gets releases ready that are active or pinned, and says so. */
export function readinessOf(stores: Stores, settings: Settings, log: Logger): HostReadiness {
  const storeDir = storeDirOf(settings);
  const book = createReadinessBook(stores.pool, { hostId: settings.hostId, storeDir });
  const machine = cellMachine(settings.cells);
  return new HostReadiness({ book, releases: stores.releases, log }, { storeDir, machine });
}
