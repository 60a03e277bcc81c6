import { join } from "node:path";
import {
  createConnectorRegistry,
  createConsumers,
  createDeadLetters,
  createHosts,
  createObservations,
  createPool,
  createPositions,
  createReleases,
  createSecretBox,
} from "@gluttony/postgres";
import type {
  ConnectorRegistry,
  Consumers,
  DeadLetterStore,
  Hosts,
  ObservationStore,
  Pool,
  PositionStore,
  ReleaseStore,
  SecretBox,
} from "@gluttony/postgres";
import type { Logger } from "@gluttony/sdk";
import type { Settings } from "./parse-environment.ts";
import { databaseUrlOf } from "./required-settings.ts";

/** Everything that is remembered, on one pool. */
export interface Stores {
  readonly pool: Pool;
  readonly box: SecretBox | null;
  readonly consumers: Consumers;
  readonly positions: PositionStore;
  readonly deadLetters: DeadLetterStore;
  readonly observations: ObservationStore;
  readonly releases: ReleaseStore;
  readonly registry: ConnectorRegistry;
  readonly hosts: Hosts;
}

/** Where installed releases lie. */
export function storeDirOf(settings: Settings): string {
  return join(settings.dataDir, "store");
}

/** Opens no connection yet. */
export function openStores(settings: Settings, log: Logger): Stores {
  const pool = createPool({
    connectionString: databaseUrlOf(settings),
    onIdleError: (error) => log.warn("a database connection broke", { code: error.code }),
  });
  const box = settings.masterKey === null ? null : createSecretBox(settings.masterKey);
  const { hostId } = settings;
  return {
    pool,
    box,
    consumers: createConsumers(pool, { box }),
    positions: createPositions(pool, hostId),
    deadLetters: createDeadLetters(pool, { hostId, box }),
    observations: createObservations(pool),
    releases: createReleases(pool, storeDirOf(settings)),
    registry: createConnectorRegistry(pool, box),
    hosts: createHosts(pool),
  };
}
