import { type Code, type Facts, GluttonyError, toGluttonyError } from "@gluttony/model";
import type { ConnectorPlugin, ConnectWorker, OptionDefinition } from "../client/parse-answers.ts";
import { type ConnectFeature, featuresOf } from "../client/worker-version.ts";
import type { ConnectClient } from "../connect-client.ts";
import { isSecretOption } from "../mask.ts";
import { checkConnectorConfig } from "../policy/check-connector-config.ts";
import { connectorClasses, dataSourceOfClass, pluginNameOf } from "../policy/connector-classes.ts";
import type { ConnectorPolicy } from "../policy/connector-policy.ts";

/** The cluster of CONNECT_HOST: who is in it, and what it can make. Reads only. */
export interface ConnectCluster {
  /** Asks each worker once. */
  look(): Promise<ClusterLook>;
  /** The classes on the worker's plugin path. Throws `connect.*`. */
  types(): Promise<readonly ConnectorType[]>;
  /** What a class can be told, by its own definitions. Throws `connect.type_missing`, `connect.*`. */
  schema(type: string): Promise<ConnectorSchema>;
}

export interface ClusterLook {
  readonly workers: readonly SeenWorker[];
  /** Of the first worker that answers; null when none does. */
  readonly version: string | null;
  readonly kafkaClusterId: string | null;
  readonly capabilities: { readonly [feature in ConnectFeature]: boolean } | null;
}

export interface SeenWorker {
  readonly url: string;
  readonly isReachable: boolean;
  readonly version: string | null;
  /** Why it is not reachable. */
  readonly refusal: { readonly code: Code; readonly facts: Facts } | null;
}

export interface ConnectorType extends ConnectorPlugin {
  /** The last part of its name, by which its schema is asked for. */
  readonly name: string;
  /** Whether a connector of it may be made here. */
  readonly isAllowed: boolean;
}

export interface ConnectorSchema {
  readonly type: ConnectorType;
  readonly options: readonly (OptionDefinition & {
    readonly isSecret: boolean;
    /** Whether a person may set it. */
    readonly isSettable: boolean;
  })[];
}

export interface ClusterCollaborators {
  readonly client: Pick<ConnectClient, "plugins" | "options">;
  /** One client for each worker. */
  readonly workers: readonly { readonly url: string; readonly client: Pick<ConnectClient, "worker"> }[];
  readonly policy: ConnectorPolicy;
}

export function createConnectCluster({ client, workers, policy }: ClusterCollaborators): ConnectCluster {
  const types = async (): Promise<readonly ConnectorType[]> =>
    (await client.plugins()).map((plugin) => typeOf(plugin, policy));
  return {
    async look() {
      const seen = await Promise.all(workers.map(async (one) => lookAt(one)));
      const first = seen.find(({ told }) => told !== null)?.told ?? null;
      return {
        workers: seen.map(({ worker }) => worker),
        version: first?.version ?? null,
        kafkaClusterId: first?.kafkaClusterId ?? null,
        capabilities: first === null ? null : featuresOf(first.version),
      };
    },
    types,
    async schema(name) {
      const type = (await types()).find((one) => one.name === name || one.className === name);
      if (type === undefined) throw new GluttonyError("connect.type_missing", { type: name.slice(0, 80) });
      const definitions = await client.options(type.name);
      return {
        type,
        options: definitions.map((definition) => ({
          ...definition,
          isSecret: isSecretOption(definition.name, definition.type),
          isSettable: isSettable(definition.name, type.className, policy),
        })),
      };
    },
  };
}

function typeOf(plugin: ConnectorPlugin, { sources }: ConnectorPolicy): ConnectorType {
  const source = dataSourceOfClass(plugin.className);
  const isAllowed = source !== null && (sources === null || sources.includes(source));
  return { ...plugin, name: pluginNameOf(plugin.className), isAllowed };
}

async function lookAt({ url, client }: ClusterCollaborators["workers"][number]): Promise<{
  readonly worker: SeenWorker;
  readonly told: ConnectWorker | null;
}> {
  try {
    const told = await client.worker();
    return { worker: { url, isReachable: true, version: told.version, refusal: null }, told };
  } catch (error) {
    if (!(error instanceof GluttonyError)) throw error;
    const { code, facts } = toGluttonyError(error);
    return { worker: { url, isReachable: false, version: null, refusal: { code, facts } }, told: null };
  }
}

/** Whether the lists know the option at all; which values it takes they say when one is given. */
function isSettable(name: string, className: string, policy: ConnectorPolicy): boolean {
  const known = dataSourceOfClass(className) === null ? connectorClasses.postgresql : className;
  const unset = new Set(["connect.option_unknown", "connect.option_denied", "connect.option_malformed"]);
  const faults = checkConnectorConfig({ "connector.class": known, [name]: "" }, policy);
  return !faults.some(({ path, code }) => path === `config.${name}` && unset.has(code));
}
