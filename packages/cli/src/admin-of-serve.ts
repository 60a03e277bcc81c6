import { type AdminServer, createAdminServer } from "@gluttony/admin";
import { checkOptions } from "@gluttony/connect";
import type { PluginHost } from "@gluttony/core";
import type { HttpClient } from "@gluttony/egress";
import type { KafkaTopics } from "@gluttony/kafka";
import {
  checkDraft,
  type ConsumerDraft,
  dataSourceNamed,
  type Fault,
  parseConfiguration,
  toGluttonyError,
} from "@gluttony/model";
import { requireMigrated } from "@gluttony/postgres";
import type { Metrics, SubjectHash } from "@gluttony/runtime";
import type { Logger } from "@gluttony/sdk";
import type { Telemetry } from "@gluttony/telemetry";
import type { changesOfServe } from "./changes-of-serve.ts";
import { diagnosticsOf } from "./diagnostics-of-serve.ts";
import type { SteeringPorts } from "./connector-ports-of-serve.ts";
import { explainConsumer } from "./explain-consumer.ts";
import type { identityOfServe } from "./identity-of-serve.ts";
import { knownSecrets } from "./known-secrets.ts";
import type { Settings } from "./parse-environment.ts";
import type { AttemptNotes } from "./records/attempt-notes.ts";
import { createRecordLedger } from "./records/record-ledger.ts";
import { handlerConfigOf, pluginDeskOf } from "./plugins-of-serve.ts";
import { settingsOfServe } from "./settings-of-serve.ts";
import type { Stores } from "./stores.ts";
import { namesOf } from "./target-names.ts";
import { telemetryPorts } from "./telemetry-of-serve.ts";
import { version } from "./version.ts";

const pingLimitMs = 2_000;

/** What the API is made of. */
export interface AdminParts {
  readonly settings: Settings;
  readonly stores: Stores;
  readonly topics: KafkaTopics;
  readonly plugins: PluginHost;
  readonly connectorPorts: SteeringPorts;
  readonly looking: ReturnType<typeof changesOfServe>;
  readonly signIn: ReturnType<typeof identityOfServe>;
  readonly subjects: SubjectHash;
  readonly notes: AttemptNotes;
  readonly metrics: Metrics;
  readonly http: HttpClient;
  readonly log: Logger;
  readonly telemetry: Telemetry;
}

/** The API on the host's own parts. */
export function adminServerOf({
  settings,
  stores,
  topics,
  plugins,
  connectorPorts,
  looking,
  signIn,
  subjects,
  notes,
  metrics,
  http,
  log,
  telemetry,
}: AdminParts): AdminServer {
  const { host, port, token } = settings.admin;
  return createAdminServer(
    {
      consumers: stores.consumers,
      observations: stores.observations,
      positions: stores.positions,
      deadLetters: stores.deadLetters,
      fence: stores.fence,
      releases: stores.releases,
      errors: stores.errors,
      plugins: pluginDeskOf({ stores, settings, env: namesOf(settings.targetHosts), log }),
      access: stores.access,
      config: stores.config,
      settings: settingsOfServe(stores.settings),
      steering: stores.steering,
      operations: stores.operations,
      revisions: stores.revisions,
      secrets: stores.namedSecrets,
      diagnostics: diagnosticsOf({ stores, settings }),
      scrub: knownSecrets,
      log: { info: log.info, warn: log.warn, error: log.error },
      filteredCounts: (consumerId) => stores.positions.filteredByRule(consumerId),
      checkConsumer: (draft) => [...checkDraft(draft), ...optionFaults(draft)],
      ...connectorPorts,
      ...looking,
      ...signIn,
      topicBounds: (topic) => topics.topicBounds(topic),
      offsetsAt: (topic, timeMs) => topics.offsetsAt(topic, timeMs),
      ledger: createRecordLedger({ stores, topics, notes }),
      explain: (row, wish) => explainConsumer(row, wish, { stores, topics, subjects }),
      validateHandler: (draft) => handlerFaults(plugins, draft),
      readiness: async () => {
        const parts = await Promise.all([
          partOf("database", () => requireMigrated(stores.pool)),
          partOf("kafka", () => topics.ping(pingLimitMs)),
        ]);
        return { ok: parts.every((part) => part.ok), parts };
      },
      ...telemetryPorts({ stores, metrics, http }),
      ...(telemetry.requests === undefined ? {} : { trace: telemetry.requests }),
    },
    { host, port, version, ...settings.face, ...(token === null ? {} : { token }) },
  );
}

/** The faults of connector options that are texts; the others are faults of the draft already. */
function optionFaults(draft: ConsumerDraft): readonly Fault[] {
  const { configuration } = parseConfiguration(draft.configuration);
  return checkOptions(configuration.connector.options, dataSourceNamed(draft.dataSource) ?? "postgresql");
}

/** The faults that only the plugin's manifest and schema can tell. */
async function handlerFaults(plugins: PluginHost, draft: ConsumerDraft): Promise<readonly Fault[]> {
  try {
    await plugins.resolve(draft.handlerFunc, handlerConfigOf(draft.configuration));
    return [];
  } catch (error) {
    const { code, message, faults } = toGluttonyError(error);
    if (faults.length > 0) return faults;
    return [{ path: "handler_func", message: `${code}: ${message}` }];
  }
}

async function partOf(
  name: string,
  work: () => Promise<unknown>,
): Promise<{ name: string; ok: boolean; detail: string }> {
  try {
    await work();
    return { name, ok: true, detail: "ok" };
  } catch (error) {
    return { name, ok: false, detail: toGluttonyError(error).code };
  }
}
