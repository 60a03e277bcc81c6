import { type Fault, GluttonyError } from "@gluttony/model";
import type { HttpClient } from "@gluttony/egress";
import type { ConnectRequest, RestartScope } from "./allow-list.ts";
import { type Answered, type Asking, createAsking } from "./client/ask.ts";
import { textsOf } from "./client/json-field.ts";
import {
  type ConnectorPlugin,
  type ConnectWorker,
  type ListedConnector,
  type OffsetEntry,
  type OptionDefinition,
  parseList,
  parseOffsets,
  parseOptions,
  parsePlugins,
  parseTopics,
  parseWorker,
} from "./client/parse-answers.ts";
import { type ConnectFeature, missingSince } from "./client/worker-version.ts";
import { type ParsedStatus, parseStatus } from "./parse-status.ts";
import { validationFaults } from "./parse-validation.ts";
import type { ConnectorsCollaborators, ConnectorsSettings } from "./ports.ts";
import { type ScrubRules, scrubLine } from "./scrub.ts";

interface Config {
  readonly [name: string]: string;
}

/**
 * Steers one Connect cluster through a closed list of requests. Every method may be repeated but restarts. All throw
 * `connect.unreachable`, `connect.busy`, `connect.access_denied`, `connect.rejected`, `connect.name_invalid`; those that need
 * a connector `connect.connector_missing`; what an old worker cannot do `connect.not_supported`.
 */
export interface ConnectClient {
  worker(): Promise<ConnectWorker>;
  /** Whether any worker says that it is ready. Asks once. */
  isHealthy(): Promise<boolean>;
  /** Every connector of the cluster with configuration (in clear) and status. */
  list(): Promise<readonly ListedConnector[]>;
  plugins(): Promise<readonly ConnectorPlugin[]>;
  /** What a connector's class can be told. */
  options(plugin: string): Promise<readonly OptionDefinition[]>;
  /** The worker's own faults, per option. */
  check(plugin: string, config: Config, rules: ScrubRules): Promise<readonly Fault[]>;
  /** The same; throws `connect.rejected` with a fault per wrong option. */
  validate(plugin: string, config: Config, rules: ScrubRules): Promise<void>;
  /** Creates the connector or replaces its configuration. */
  configure(connector: string, config: Config, rules: ScrubRules): Promise<void>;
  /** In clear; null when there is no such connector. */
  config(connector: string): Promise<Config | null>;
  /** Null when there is no such connector. */
  status(connector: string): Promise<ParsedStatus | null>;
  /** Topics that it wrote since it was made. */
  topics(connector: string): Promise<readonly string[]>;
  pause(connector: string): Promise<void>;
  resume(connector: string): Promise<void>;
  /** Ends its tasks and keeps its configuration and offsets. */
  stop(connector: string): Promise<void>;
  /** Throws `connect.outcome_unknown` when the answer got lost: a second restart would be one more. Default `failed`. */
  restart(connector: string, scope?: RestartScope): Promise<void>;
  restartTask(connector: string, task: number): Promise<void>;
  offsets(connector: string): Promise<readonly OffsetEntry[]>;
  /** The connector must be stopped. */
  alterOffsets(connector: string, offsets: readonly OffsetEntry[]): Promise<void>;
  resetOffsets(connector: string): Promise<void>;
  /** One that is gone already is as good. */
  delete(connector: string): Promise<void>;
}

type Collaborators = Pick<ConnectorsCollaborators, "clock" | "random"> & { readonly http: HttpClient };

const nothingToScrub: ScrubRules = { secrets: [], known: [] };

export function createConnectClient(
  collaborators: Collaborators,
  settings: ConnectorsSettings,
): ConnectClient {
  const asking = createAsking(collaborators, settings);
  return { ...readsOf(asking), ...deedsOf(asking) };
}

type Reads = Pick<
  ConnectClient,
  | "worker"
  | "isHealthy"
  | "list"
  | "plugins"
  | "options"
  | "check"
  | "config"
  | "status"
  | "topics"
  | "offsets"
>;

function readsOf(asking: Asking): Reads {
  return {
    isHealthy: () => asking.isHealthy(),
    worker: () => workerOf(asking),
    list: async () => readable(parseList(jsonOf(await asking.ask({ do: "list" }), { do: "list" })), "list"),
    plugins: async () => parsePlugins(jsonOf(await asking.ask({ do: "plugins" }), { do: "plugins" })),
    async options(plugin) {
      const request = { do: "options", plugin } as const;
      return parseOptions(jsonOf(await asking.ask(request), request));
    },
    async check(plugin, config, rules) {
      const request = { do: "validate", plugin, config } as const;
      return validationFaults(jsonOf(await asking.ask(request), request, rules), rules);
    },
    async config(connector) {
      const request = { do: "config", connector } as const;
      const answered = await asking.ask(request);
      return answered.is === "missing" ? null : textsOf(jsonOf(answered, request));
    },
    async status(connector) {
      const request = { do: "status", connector } as const;
      const answered = await asking.ask(request);
      return answered.is === "missing" ? null : readable(parseStatus(jsonOf(answered, request)), "status");
    },
    async topics(connector) {
      await requireFeature(asking, "topics");
      const request = { do: "topics", connector } as const;
      return parseTopics(jsonOf(await asking.ask(request), request), connector);
    },
    async offsets(connector) {
      await requireFeature(asking, "offsets");
      const request = { do: "offsets", connector } as const;
      return readable(parseOffsets(jsonOf(await asking.ask(request), request)), "offsets");
    },
  };
}

function deedsOf(asking: Asking): Omit<ConnectClient, keyof Reads> {
  const carryOut = async (request: ConnectRequest, rules = nothingToScrub): Promise<void> => {
    jsonOf(await asking.ask(request), request, rules);
  };
  return {
    async validate(plugin, config, rules) {
      const request = { do: "validate", plugin, config } as const;
      const faults = validationFaults(jsonOf(await asking.ask(request), request, rules), rules);
      if (faults.length > 0)
        throw new GluttonyError("connect.rejected", { faults: faults.length }, { faults });
    },
    configure: (connector, config, rules) => carryOut({ do: "configure", connector, config }, rules),
    pause: (connector) => carryOut({ do: "pause", connector }),
    resume: (connector) => carryOut({ do: "resume", connector }),
    async stop(connector) {
      await requireFeature(asking, "stop");
      await carryOut({ do: "stop", connector });
    },
    async restart(connector, scope = "failed") {
      if (scope !== "connector") await requireFeature(asking, "restart_tasks");
      await carryOut({ do: "restart", connector, scope });
    },
    restartTask: (connector, task) => carryOut({ do: "restart_task", connector, task }),
    async alterOffsets(connector, offsets) {
      await requireFeature(asking, "alter_offsets");
      await carryOut({ do: "alter_offsets", connector, offsets });
    },
    async resetOffsets(connector) {
      await requireFeature(asking, "alter_offsets");
      await carryOut({ do: "reset_offsets", connector });
    },
    async delete(connector) {
      const request = { do: "delete", connector } as const;
      const answered = await asking.ask(request);
      if (answered.is !== "missing") jsonOf(answered, request);
    },
  };
}

async function workerOf(asking: Asking): Promise<ConnectWorker> {
  return readable(parseWorker(jsonOf(await asking.ask({ do: "worker" }), { do: "worker" })), "worker");
}

/** Says why before an old worker is asked for what it would answer with an unknown path. */
async function requireFeature(asking: Asking, feature: ConnectFeature): Promise<void> {
  const { version } = await workerOf(asking);
  const since = missingSince(version, feature);
  if (since !== null) throw new GluttonyError("connect.not_supported", { feature, version, since });
}

function readable<T>(parsed: T | null, request: string): T {
  if (parsed === null) throw new GluttonyError("connect.rejected", { request, reason: "unreadable answer" });
  return parsed;
}

function jsonOf(answered: Answered, request: ConnectRequest, rules = nothingToScrub): unknown {
  switch (answered.is) {
    case "done":
      return answered.json;
    case "missing":
      throw missing(request);
    case "unsupported":
      throw new GluttonyError("connect.not_supported", { feature: request.do });
    case "denied":
      throw new GluttonyError("connect.access_denied", { request: request.do, status: answered.status });
    case "rejected": {
      const message = scrubLine(answered.text, rules);
      throw new GluttonyError("connect.rejected", { request: request.do, status: answered.status, message });
    }
  }
}

function missing(request: ConnectRequest): GluttonyError {
  if ("connector" in request)
    return new GluttonyError("connect.connector_missing", { connector: request.connector });
  return new GluttonyError("connect.rejected", { request: request.do, status: 404 });
}
