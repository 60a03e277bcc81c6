import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { CellMachineWish } from "@gluttony/core";
import { type Fault, nearestName } from "@gluttony/model";
import type { TelemetrySettings } from "@gluttony/telemetry";
import { brokersOf, listenOf, urlOf } from "./address-settings.ts";
import { cellSettingsOf } from "./cell-settings.ts";
import {
  type ConnectorPolicySetting,
  connectorPolicySettingOf,
  type WrittenConnectorPolicy,
} from "./connector-policy-setting.ts";
import { listOf } from "./host-and-port.ts";
import { type HostFace, hostFaceOf } from "./host-face.ts";
import { logLevelOf, type PinoLevel } from "./log-level-setting.ts";
import { type OidcSetting, oidcSettingOf } from "./oidc-setting.ts";
import { type NumberRule, numberOf } from "./number-setting.ts";
import { schemaRegistrySettingOf, type SchemaRegistrySetting } from "./schema-registry-setting.ts";
import { telemetrySettingsOf } from "./telemetry-settings.ts";
import { secretsDirOf } from "./secrets-dir-setting.ts";
import { ownSettingNames } from "./settings/setting-register.ts";

/** Everything the environment says, checked. */
export interface Settings {
  readonly databaseUrl: string | null;
  readonly brokers: readonly string[];
  /** The same as Kafka Connect's workers reach them. */
  readonly workerBrokers: readonly string[];
  readonly connectUrls: readonly string[];
  /** The targets' addresses by the name under which a plugin's settings may refer to them. */
  readonly targetHosts: { readonly [name in (typeof targetNames)[number]]: string | null };
  readonly fetchWaitMs: number;
  /** Calls to one target at once. */
  readonly targetConcurrency: number;
  readonly logLevel: PinoLevel;
  readonly admin: { readonly host: string; readonly port: number; readonly token: string | null };
  readonly masterKey: string | null;
  /** Opens what another master key sealed, until everything is sealed anew. */
  readonly previousMasterKey: string | null;
  /** Whether this is where patients are: no connection string may rest in clear text then. */
  readonly isProduction: boolean;
  readonly dataDir: string;
  /** The only folder from which references to files are read. */
  readonly secretsDir: string;
  /** File with the policy for plugins from a registry; null allows none. */
  readonly pluginPolicy: string | null;
  readonly hostId: string;
  readonly cells: CellMachineWish;
  /** Null where no record names a schema. */
  readonly schemaRegistry: SchemaRegistrySetting | null;
  readonly connectorPolicy: ConnectorPolicySetting;
  readonly face: HostFace;
  /** Null where no collector is told of anything. */
  readonly telemetry: TelemetrySettings | null;
  /** Null where people sign in with passwords alone. */
  readonly oidc: OidcSetting | null;
}

/** Where values come from. */
export interface EnvironmentSource {
  readonly env: { readonly [name: string]: string | undefined };
  readonly readFile: (path: string) => string;
}

const targetNames = ["OMIGA_HOST", "EMPI_HOST", "CDSS_HOST", "DATASYNC_HOST"] as const;
/** A fetch waits at most this long, so that a consumer hears of a rebalance in time. */
const fetchWaitMaxMs = 1_000;
const fetchWaitRule: NumberRule = {
  path: "TOPIC_CONSUME_INTERVAL",
  unit: "milliseconds",
  max: 60_000,
  default: 500,
};
const targetConcurrencyRule: NumberRule = {
  path: "GLUTTONY_TARGET_CONCURRENCY",
  unit: "calls",
  max: 1_024,
  default: 64,
};
const tokenLengthMin = 16;

/** The environment of this process. */
export const processEnvironment: EnvironmentSource = {
  env: process.env,
  readFile: (path) => readFileSync(path, "utf8"),
};

/** Reads every name together and reports every fault at once, each with what to write instead. */
export function parseEnvironment(source: EnvironmentSource): {
  settings: Settings;
  faults: readonly Fault[];
} {
  const faults: Fault[] = [];
  const secrets = readSecrets(source, faults);
  const read = (name: string): string | null => present(source.env[name]);
  refuseUnknownNames(source.env, faults);
  const databaseUrl = databaseUrlOf(secrets.DATABASE_URL, faults);
  const registryUrl = read("GLUTTONY_SCHEMA_REGISTRY");
  const registry = {
    url: registryUrl === null ? null : urlOf("GLUTTONY_SCHEMA_REGISTRY", registryUrl, faults),
    login: secrets.GLUTTONY_SCHEMA_REGISTRY_LOGIN,
    token: secrets.GLUTTONY_SCHEMA_REGISTRY_TOKEN,
  };
  const brokers = brokersOf("KAFKA_HOST", read("KAFKA_HOST"), faults);
  const workerBrokers = brokersOf("GLUTTONY_CONNECT_KAFKA_HOST", read("GLUTTONY_CONNECT_KAFKA_HOST"), faults);
  const token = secrets.GLUTTONY_ADMIN_TOKEN;
  if (token !== null && token.length < tokenLengthMin) {
    faults.push({ path: "GLUTTONY_ADMIN_TOKEN", message: `At least ${tokenLengthMin} characters.` });
  }
  return {
    settings: {
      databaseUrl,
      brokers,
      workerBrokers: workerBrokers.length === 0 ? brokers : workerBrokers,
      connectUrls: listOf(read("CONNECT_HOST")).map((one) => urlOf("CONNECT_HOST", one, faults)),
      targetHosts: targetHostsOf(read, faults),
      fetchWaitMs: Math.min(numberOf(read("TOPIC_CONSUME_INTERVAL"), fetchWaitRule, faults), fetchWaitMaxMs),
      targetConcurrency: numberOf(read("GLUTTONY_TARGET_CONCURRENCY"), targetConcurrencyRule, faults),
      logLevel: logLevelOf(read("LOG_LEVEL"), faults),
      admin: { ...listenOf(read("GLUTTONY_ADMIN_LISTEN"), token, faults), token },
      masterKey: secrets.GLUTTONY_MASTER_KEY,
      previousMasterKey: previousKeyOf(secrets, faults),
      isProduction: read("NODE_ENV") === "production",
      dataDir: read("GLUTTONY_DATA_DIR") ?? defaultDataDir(source.env),
      secretsDir: secretsDirOf(read("GLUTTONY_SECRETS_DIR"), faults),
      pluginPolicy: read("GLUTTONY_PLUGIN_POLICY"),
      hostId: read("GLUTTONY_HOST_ID") ?? `${hostname()}-${process.pid}`,
      cells: cellSettingsOf([read("GLUTTONY_CELL_NODE"), read("GLUTTONY_CELL_USER")], faults),
      schemaRegistry: schemaRegistrySettingOf(registry, faults),
      connectorPolicy: connectorPolicySettingOf(writtenPolicy(read), faults),
      face: hostFaceOf([read("GLUTTONY_READ_ONLY"), read("GLUTTONY_ENVIRONMENT")], faults),
      telemetry: telemetrySettingsOf({ read, headers: secrets.OTEL_EXPORTER_OTLP_HEADERS }, faults),
      oidc: oidcSettingOf(source.env, secrets.GLUTTONY_OIDC_CLIENT_SECRET, faults),
    },
    faults,
  };
}

function writtenPolicy(read: (name: string) => string | null): WrittenConnectorPolicy {
  return {
    sources: read("GLUTTONY_CONNECTOR_SOURCES"),
    transforms: read("GLUTTONY_CONNECTOR_TRANSFORMS"),
    namePrefixes: read("GLUTTONY_CONNECTOR_NAME_PREFIXES"),
    registries: read("GLUTTONY_CONNECTOR_REGISTRIES"),
    secretPrefixes: read("GLUTTONY_CONNECTOR_SECRETS"),
    reservedTopics: read("GLUTTONY_CONNECTOR_RESERVED_TOPICS"),
    localSources: read("GLUTTONY_LOCAL_SOURCES"),
  };
}

type Secrets = ReturnType<typeof readSecrets>;

function readSecrets({ env, readFile }: EnvironmentSource, faults: Fault[]) {
  const one = (name: string): string | null => {
    const direct = present(env[name]);
    const file = present(env[`${name}_FILE`]);
    if (direct !== null && file !== null) {
      faults.push({
        path: name,
        message: `Both ${name} and ${name}_FILE are set.`,
        suggestion: `Unset one of them.`,
      });
    }
    if (file === null) return direct;
    try {
      return present(readFile(file).trim());
    } catch {
      faults.push({
        path: `${name}_FILE`,
        message: "The file cannot be read.",
        suggestion: "A readable file with the secret alone.",
      });
      return null;
    }
  };
  return {
    DATABASE_URL: one("DATABASE_URL"),
    GLUTTONY_ADMIN_TOKEN: one("GLUTTONY_ADMIN_TOKEN"),
    GLUTTONY_MASTER_KEY: one("GLUTTONY_MASTER_KEY"),
    GLUTTONY_MASTER_KEY_PREVIOUS: one("GLUTTONY_MASTER_KEY_PREVIOUS"),
    GLUTTONY_SCHEMA_REGISTRY_LOGIN: one("GLUTTONY_SCHEMA_REGISTRY_LOGIN"),
    GLUTTONY_SCHEMA_REGISTRY_TOKEN: one("GLUTTONY_SCHEMA_REGISTRY_TOKEN"),
    OTEL_EXPORTER_OTLP_HEADERS: one("OTEL_EXPORTER_OTLP_HEADERS"),
    GLUTTONY_OIDC_CLIENT_SECRET: one("GLUTTONY_OIDC_CLIENT_SECRET"),
  };
}

function previousKeyOf(secrets: Secrets, faults: Fault[]): string | null {
  const { GLUTTONY_MASTER_KEY: current, GLUTTONY_MASTER_KEY_PREVIOUS: previous } = secrets;
  if (previous !== null && current === null) {
    faults.push({
      path: "GLUTTONY_MASTER_KEY",
      message: "Is not set, but a previous one is.",
      suggestion: "openssl rand -base64 32",
    });
  }
  return previous;
}

function refuseUnknownNames(env: EnvironmentSource["env"], faults: Fault[]): void {
  for (const name of Object.keys(env)) {
    if (!name.startsWith("GLUTTONY_") || ownSettingNames.includes(name)) continue;
    const suggestion = nearestName(name, ownSettingNames) ?? `One of: ${ownSettingNames.join(", ")}`;
    faults.push({ path: name, message: "No such setting.", suggestion });
  }
}

function databaseUrlOf(written: string | null, faults: Fault[]): string | null {
  if (written === null) return null;
  const isUrl = /^postgres(ql)?:\/\//.test(written) && URL.canParse(written);
  if (!isUrl) {
    // The value may hold a password, so it is not repeated.
    faults.push({
      path: "DATABASE_URL",
      message: "Is not a Postgres URL.",
      suggestion: "postgresql://host:5432/gluttony, with user and password before the host",
    });
  }
  return written;
}

function targetHostsOf(read: (name: string) => string | null, faults: Fault[]): Settings["targetHosts"] {
  const one = (name: string): string | null => {
    const written = read(name);
    return written === null ? null : urlOf(name, written, faults);
  };
  return {
    OMIGA_HOST: one("OMIGA_HOST"),
    EMPI_HOST: one("EMPI_HOST"),
    CDSS_HOST: one("CDSS_HOST"),
    DATASYNC_HOST: one("DATASYNC_HOST"),
  };
}

function defaultDataDir(env: EnvironmentSource["env"]): string {
  const base = present(env["XDG_DATA_HOME"]) ?? join(present(env["HOME"]) ?? ".", ".local", "share");
  return join(base, "gluttony");
}

function present(value: string | undefined): string | null {
  return value === undefined || value.trim() === "" ? null : value.trim();
}
