import type { AdminCollaborators } from "@gluttony/admin";
import {
  createAccessStores,
  createAlertingStore,
  createConfigStore,
  createConsumerSteering,
  createErrorBook,
  createFence,
  createNamedSecrets,
  createObservations,
  createOperationBook,
  createReleases,
  createRevisionBook,
  createRuntimeSettings,
  type Pool,
} from "@gluttony/postgres";
import { pluginDeskOn } from "./plugin-desk.ts";

/** What the API reads and writes in a database, without a host beside it; the rest is the test's own. */
export function adminStoresOn(
  pool: Pool,
): Omit<AdminCollaborators, "consumers" | "positions" | "deadLetters" | "filteredCounts"> {
  return {
    observations: createObservations(pool),
    fence: createFence(pool),
    releases: createReleases(pool, "/nowhere"),
    steering: createConsumerSteering(pool),
    operations: createOperationBook(pool),
    revisions: createRevisionBook(pool),
    plugins: pluginDeskOn(pool),
    alerting: { store: createAlertingStore(pool, null), refusalOf: () => null, test: async () => undefined },
    errors: createErrorBook(pool),
    config: createConfigStore(pool, null),
    settings: { store: createRuntimeSettings(pool), environment: [] },
    secrets: createNamedSecrets(pool, null),
    access: createAccessStores(pool),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    checkConsumer: () => [],
    readiness: async () => ({ ok: true, parts: [] }),
    metrics: async () => ({ contentType: "text/plain", body: "" }),
  };
}
