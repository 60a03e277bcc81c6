import type { SettingEntry } from "./setting-entry.ts";
import { signInRegister } from "./sign-in-register.ts";
import { telemetryRegister } from "./telemetry-register.ts";

/** Every name, in the order in which people read them: the README's table is this one, and `gluttony config explain` prints it. */
const settingRegister: { readonly [name: string]: SettingEntry } = {
  DATABASE_URL: { meaning: "gluttony's own Postgres", default: "none; needed", isSecret: true },
  KAFKA_HOST: {
    meaning: "brokers as `host:port`, comma separated, no scheme",
    default: "none; needed by `serve`",
  },
  GLUTTONY_CONNECT_KAFKA_HOST: {
    meaning: "the brokers as Kafka Connect's workers reach them",
    default: "as `KAFKA_HOST`",
  },
  CONNECT_HOST: {
    meaning: "URLs of the Kafka Connect workers, comma separated",
    default: "none; no connectors are made",
  },
  EMPI_HOST: { meaning: "URL of the patient index", default: "none" },
  CDSS_HOST: { meaning: "URL of the decision support", default: "none" },
  DATASYNC_HOST: { meaning: "URL of the base-data subscriber", default: "none" },
  OMIGA_HOST: {
    meaning: "URL that settings of plugins may refer to; no plugin of ours does",
    default: "none",
  },
  TOPIC_CONSUME_INTERVAL: {
    meaning: "milliseconds a fetch may wait for data; more than 1000 counts as 1000",
    default: "`500`",
  },
  LOG_LEVEL: { meaning: "off, trace, debug, info, warn, error, fatal or panic", default: "`trace`" },
  GLUTTONY_ADMIN_LISTEN: {
    meaning: "address of the admin API; beyond loopback it needs a token",
    default: "`127.0.0.1:8180`",
  },
  GLUTTONY_ADMIN_TOKEN: {
    meaning: "bearer token of the admin API, at least 16 characters",
    default: "none; this machine only",
    isSecret: true,
  },
  GLUTTONY_MASTER_KEY: {
    meaning: "seals connection strings and parked records",
    default: "none; see below",
    isSecret: true,
  },
  GLUTTONY_MASTER_KEY_PREVIOUS: {
    meaning: "opens what another master key sealed, while keys are rotated",
    default: "none",
    isSecret: true,
  },
  GLUTTONY_DATA_DIR: { meaning: "installed plugins", default: "`gluttony` in `XDG_DATA_HOME`" },
  GLUTTONY_PLUGIN_POLICY: {
    meaning: "file that says which packages may come from a registry",
    default: "none may",
  },
  GLUTTONY_HOST_ID: {
    meaning: "this host's name among hosts; give each its own",
    default: "host name and process id",
  },
  GLUTTONY_TARGET_CONCURRENCY: {
    meaning: "calls to one target at once, shared by all consumers; 1 to 1024",
    default: "`64`",
  },
  GLUTTONY_SCHEMA_REGISTRY: {
    meaning: "URL of the registry that records in Avro, Protobuf or JSON Schema name",
    default: "none; JSON alone",
  },
  GLUTTONY_SCHEMA_REGISTRY_LOGIN: {
    meaning: "`user:password` at the registry",
    default: "none",
    isSecret: true,
  },
  GLUTTONY_SCHEMA_REGISTRY_TOKEN: {
    meaning: "bearer token at the registry",
    default: "none",
    isSecret: true,
  },
  GLUTTONY_SECRETS_DIR: {
    meaning: "the only folder from which `${file:…}` reads, as in connection strings",
    default: "`/run/secrets`",
  },
  GLUTTONY_CONNECTOR_SOURCES: {
    meaning: "databases whose connectors people may make",
    default: "all five",
  },
  GLUTTONY_CONNECTOR_TRANSFORMS: {
    meaning: "classes of transforms that connectors may use, fewer than are listed",
    default: "all that are listed",
  },
  GLUTTONY_CONNECTOR_NAME_PREFIXES: {
    meaning: "how the names of connectors that people write must begin",
    default: "any",
  },
  GLUTTONY_CONNECTOR_REGISTRIES: {
    meaning: "schema registries that connectors may write to, as URLs",
    default: "none",
  },
  GLUTTONY_CONNECTOR_SECRETS: {
    meaning: "how references to the worker's secrets may begin, such as `file:/run/secrets/`",
    default: "none may",
  },
  GLUTTONY_CONNECTOR_RESERVED_TOPICS: {
    meaning: "topics that no connector may write",
    default: "Kafka's own",
  },
  GLUTTONY_LOCAL_SOURCES: {
    meaning: "sources on this machine that the API may look at, as `host:port`",
    default: "none",
  },
  GLUTTONY_CELL_NODE: {
    meaning: "path of the Node that runs plugins, version 20 or later",
    default: "the host's own",
  },
  GLUTTONY_CELL_USER: {
    meaning: "`uid:gid` that plugins run as, where the host is root",
    default: "`60999:60999`",
  },
  GLUTTONY_READ_ONLY: {
    meaning: "`true`: the admin API reads, plans and signs in, and changes nothing",
    default: "`false`",
  },
  GLUTTONY_ENVIRONMENT: {
    meaning: "how people tell this installation from others, as `production:red`",
    default: "none",
  },
  ...signInRegister,
  ...telemetryRegister,
  GLUTTONY_CACHE_DIR: {
    meaning: "what demo and tests fetch",
    default: "`gluttony` in `XDG_CACHE_HOME`",
    of: "demo",
  },
  GLUTTONY_DEMO_DIR: { meaning: "what the demo keeps", default: "`demo` in the cache folder", of: "demo" },
  NODE_ENV: {
    meaning: "`production`: no host starts while a connection string is in clear",
    default: "none",
  },
  XDG_DATA_HOME: { meaning: "as everywhere", default: "`~/.local/share`", of: "machine" },
  XDG_CACHE_HOME: { meaning: "as everywhere", default: "`~/.cache`", of: "machine" },
  JAVA_HOME: { meaning: "the JDK of demo and tests", default: "`java` on the path", of: "demo" },
  MAVEN_OPTS: { meaning: "passed to Maven by demo and tests", default: "none", of: "demo" },
  NO_COLOR: { meaning: "the demo prints without colour", default: "not set", of: "machine" },
  VISUAL: { meaning: "the editor of `gluttony consumer edit`", default: "`EDITOR`", of: "machine" },
  EDITOR: { meaning: "the same, where `VISUAL` is not set", default: "`vi`", of: "machine" },
};

/** Every entry under its name. */
export const settingEntries: readonly (readonly [name: string, entry: SettingEntry])[] =
  Object.entries(settingRegister);

const ownPrefix = "GLUTTONY_";

/** Every name that begins with ours, files of secrets included: any other one is a mistake. */
export const ownSettingNames: readonly string[] = settingEntries.flatMap(([name, { isSecret }]) =>
  name.startsWith(ownPrefix) ? (isSecret === true ? [name, `${name}_FILE`] : [name]) : [],
);
