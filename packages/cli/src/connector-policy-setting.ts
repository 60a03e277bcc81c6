import { type ConnectorPolicy, transformClasses } from "@gluttony/connect";
import { type DataSourceName, dataSourceNames, type Fault } from "@gluttony/model";
import { isHostAndPort, listOf } from "./host-and-port.ts";

/** What the deployer allows of connectors that people write, and of sources that they name. */
export interface ConnectorPolicySetting extends Omit<ConnectorPolicy, "brokers"> {
  /** Sources on this machine that may be looked at, as `host:port` in small letters. */
  readonly localSources: readonly string[];
}

/** The texts as the environment has them; null for what is not set. */
export interface WrittenConnectorPolicy {
  readonly sources: string | null;
  readonly transforms: string | null;
  readonly namePrefixes: string | null;
  readonly registries: string | null;
  readonly secretPrefixes: string | null;
  readonly reservedTopics: string | null;
  readonly localSources: string | null;
}

/** Reads the lists, each parted by commas, with a fault for every entry that cannot be meant. */
export function connectorPolicySettingOf(
  written: WrittenConnectorPolicy,
  faults: Fault[],
): ConnectorPolicySetting {
  const checked = (text: string | null, rule: EntryRule): readonly string[] =>
    listOf(text).map((entry) => {
      const { path, isRight, message, suggestion } = rule;
      if (!isRight(entry)) faults.push({ path, message, suggestion });
      return entry;
    });
  const sources = checked(written.sources, sourceRule);
  const transforms = checked(written.transforms, transformRule);
  return {
    sources: sources.length === 0 ? null : dataSourceNames.filter((name) => sources.includes(name)),
    transforms: transforms.length === 0 ? null : transforms,
    namePrefixes: checked(written.namePrefixes, prefixRule),
    registries: checked(written.registries, registryRule).map((url) => url.replace(/\/+$/, "")),
    referencePrefixes: checked(written.secretPrefixes, secretRule),
    reservedTopics: checked(written.reservedTopics, topicRule),
    localSources: checked(written.localSources, localRule).map((place) =>
      place.toLowerCase().replace(/^\[(.*)\]:/, "$1:"),
    ),
  };
}

/** What one entry of a list must be. */
interface EntryRule {
  readonly path: string;
  readonly message: string;
  readonly suggestion: string;
  isRight(entry: string): boolean;
}

const sourceRule: EntryRule = {
  path: "GLUTTONY_CONNECTOR_SOURCES",
  message: "Names no database that connectors are made for.",
  suggestion: dataSourceNames.join(","),
  isRight: (entry) => dataSourceNames.some((name: DataSourceName) => name === entry),
};
const transformRule: EntryRule = {
  path: "GLUTTONY_CONNECTOR_TRANSFORMS",
  message: "Names no transform that may be used; the list can only become shorter.",
  suggestion: transformClasses.join(","),
  isRight: (entry) => transformClasses.includes(entry),
};
const prefixRule: EntryRule = {
  path: "GLUTTONY_CONNECTOR_NAME_PREFIXES",
  message: "Cannot begin the name of a connector.",
  suggestion: "his-,lab-",
  isRight: (entry) => /^[A-Za-z0-9_.-]{1,100}$/.test(entry),
};
const registryRule: EntryRule = {
  path: "GLUTTONY_CONNECTOR_REGISTRIES",
  message: "Must be an http or https URL without a login.",
  suggestion: "http://registry:8081",
  isRight: (entry) => {
    const url = URL.canParse(entry) ? new URL(entry) : null;
    return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  },
};
const secretRule: EntryRule = {
  path: "GLUTTONY_CONNECTOR_SECRETS",
  message: "Must be a provider of the worker's with a place, so that not every file of its may be named.",
  suggestion: "file:/run/secrets/",
  isRight: (entry) => /^[A-Za-z][\w-]*:[^${}\s]+$/.test(entry) && !entry.includes(".."),
};
const topicRule: EntryRule = {
  path: "GLUTTONY_CONNECTOR_RESERVED_TOPICS",
  message: "Is no name of a topic.",
  suggestion: "connect-configs,connect-offsets,connect-status",
  isRight: (entry) => /^[A-Za-z0-9._-]{1,249}$/.test(entry),
};
const localRule: EntryRule = {
  path: "GLUTTONY_LOCAL_SOURCES",
  message: "Must be host:port.",
  suggestion: "127.0.0.1:5432",
  isRight: isHostAndPort,
};
