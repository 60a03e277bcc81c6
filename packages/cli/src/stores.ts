import { join } from "node:path";
import {
  createAccessStores,
  createConfigStore,
  createConnectorRegistry,
  createConsumers,
  createConsumerSteering,
  createDeadLetters,
  createErrorBook,
  createFence,
  createHosts,
  createHousekeeping,
  createNamedSecrets,
  createObservations,
  createOnceLedger,
  createOperationBook,
  createPluginDesk,
  createPool,
  createPositions,
  createReleases,
  createRevisionBook,
  createRuntimeSettings,
  createShadowBook,
  createSecretBox,
  createSecretResolver,
  createSubjectHash,
  createTakeBacks,
} from "@gluttony/postgres";
import type {
  AccessStores,
  ConfigStore,
  ConnectorRegistry,
  Consumers,
  ConsumerSteering,
  DeadLetterStore,
  ErrorStore,
  FenceStore,
  Hosts,
  Housekeeping,
  NamedSecrets,
  ObservationStore,
  OperationBook,
  PluginDesk,
  Pool,
  PositionStore,
  RevisionBook,
  RuntimeSettingsStore,
  SecretBox,
  SecretResolver,
} from "@gluttony/postgres";
import type { OnceLedger, Releases } from "@gluttony/core";
import type { ShadowBook, SubjectHash, TakeBacks } from "@gluttony/runtime";
import type { Logger } from "@gluttony/sdk";
import { knownSecrets } from "./known-secrets.ts";
import type { Settings } from "./parse-environment.ts";
import { databaseUrlOf } from "./required-settings.ts";

/** Everything that is remembered, on one pool. */
export interface Stores {
  readonly pool: Pool;
  readonly box: SecretBox | null;
  readonly consumers: Consumers;
  readonly positions: PositionStore;
  readonly deadLetters: DeadLetterStore;
  readonly errors: ErrorStore;
  readonly observations: ObservationStore;
  readonly releases: Releases;
  readonly shadows: ShadowBook;
  readonly takeBacks: TakeBacks;
  readonly plugins: PluginDesk;
  readonly registry: ConnectorRegistry;
  readonly hosts: Hosts;
  readonly once: OnceLedger;
  readonly fence: FenceStore;
  readonly housekeeping: Housekeeping;
  readonly access: AccessStores;
  readonly steering: ConsumerSteering;
  readonly operations: OperationBook;
  readonly revisions: RevisionBook;
  readonly namedSecrets: NamedSecrets;
  readonly secrets: SecretResolver;
  readonly config: ConfigStore;
  readonly settings: RuntimeSettingsStore;
  /** Null on a host without one. */
  readonly masterKey: string | null;
  readonly previousMasterKey: string | null;
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
  const { masterKey, previousMasterKey } = settings;
  const box = masterKey === null ? null : createSecretBox(masterKey, previousMasterKey);
  const namedSecrets = createNamedSecrets(pool, box);
  const openNamed = (name: string): Promise<string | null> => namedSecrets.open(name);
  const { hostId } = settings;
  const plugins = createPluginDesk(pool);
  return {
    pool,
    box,
    consumers: createConsumers(pool, { box }),
    positions: createPositions(pool, hostId),
    deadLetters: createDeadLetters(pool, { hostId, box }),
    errors: createErrorBook(pool),
    observations: createObservations(pool),
    releases: createReleases(pool, storeDirOf(settings)),
    plugins,
    takeBacks: createTakeBacks(plugins, hostId),
    shadows: createShadowBook(pool),
    registry: createConnectorRegistry(pool, box),
    hosts: createHosts(pool),
    once: createOnceLedger(pool, box),
    fence: createFence(pool),
    housekeeping: createHousekeeping(pool),
    access: createAccessStores(pool),
    steering: createConsumerSteering(pool),
    operations: createOperationBook(pool),
    revisions: createRevisionBook(pool),
    namedSecrets,
    secrets: createSecretResolver(
      { box, env: process.env, secretsDir: settings.secretsDir, openNamed },
      knownSecrets,
    ),
    masterKey,
    previousMasterKey,
    config: createConfigStore(pool, box),
    settings: createRuntimeSettings(pool),
  };
}

/** The hash of ordering keys; it needs the database, and the same master key on every host. */
export function openSubjectHash({ pool, masterKey, previousMasterKey }: Stores): Promise<SubjectHash> {
  return createSubjectHash(pool, masterKey, previousMasterKey);
}
