import type { DataSourceName } from "@gluttony/model";
import { isSecretOption } from "../mask.ts";
import { checkOfKey } from "./allowed-keys.ts";
import { dataSourceOfClass, connectorClasses } from "./connector-classes.ts";
import type { ConfigFault, ConnectorPolicy } from "./connector-policy.ts";
import { denialOf, plainNameOf } from "./denied-options.ts";
import { ruledOptionFaults, type RuledOption } from "./ruled-options.ts";

/** Options of one connector; more than any real one has. */
const OPTIONS_MAX = 300;
const VALUE_LENGTH_MAX = 8_000;
const NAME_SHOWN_MAX = 80;
/** Names with capitals that the driver of SQL Server really has. */
const namesWithCapitals = new Set(["driver.trustServerCertificate", "driver.applicationIntent"]);
/** Options whose value is a topic that the connector writes. */
const topicOptions = new Set([
  "notification.sink.topic.name",
  "schema.history.internal.kafka.topic",
  "topic.prefix",
]);

/** What is checked of a configuration, and against what. */
interface Checked {
  readonly source: DataSourceName;
  readonly config: { readonly [name: string]: string };
  readonly policy: ConnectorPolicy;
}

/**
 * Every fault of a connector's configuration at once, each with a code and its path; values are never repeated. A connector's
 * configuration can load classes, read files and call servers from the worker, so everything must be on a list: the
 * connector's class, transforms, predicates, converters, and the name of each option. Pure.
 */
export function checkConnectorConfig(
  config: { readonly [name: string]: string },
  policy: ConnectorPolicy,
): readonly ConfigFault[] {
  const names = Object.keys(config);
  if (names.length > OPTIONS_MAX) {
    const message = `Has ${names.length} options; at most ${OPTIONS_MAX} are accepted.`;
    return [{ code: "connect.config_too_large", path: "config", message }];
  }
  const source = dataSourceOfClass(config["connector.class"] ?? "");
  const isAllowed = source !== null && (policy.sources === null || policy.sources.includes(source));
  const classFaults: readonly ConfigFault[] = isAllowed ? [] : [classFault(config, policy)];
  // Without a class the options are still checked, as those of the commonest one.
  const checked: Checked = { source: source ?? "postgresql", config, policy };
  return [...classFaults, ...names.flatMap((name) => optionFaults(name, checked))];
}

function classFault(config: { readonly [name: string]: string }, { sources }: ConnectorPolicy): ConfigFault {
  const message =
    config["connector.class"] === undefined ? "Is missing." : "This connector may not be made here.";
  const allowed = sources?.map((source) => connectorClasses[source]) ?? Object.values(connectorClasses);
  const suggestion = allowed.join(", ");
  return { code: "connect.class_denied", path: pathOf("connector.class"), message, suggestion };
}

function optionFaults(name: string, checked: Checked): readonly ConfigFault[] {
  const malformed = malformedName(name);
  if (malformed !== null) return [malformed];
  const value = checked.config[name] ?? "";
  const path = pathOf(name);
  if (value.length > VALUE_LENGTH_MAX || /[\r\n\0]/.test(value)) {
    const message = `Must be on one line, of at most ${VALUE_LENGTH_MAX} characters.`;
    return [{ code: "connect.value_denied", path, message }];
  }
  if (value.includes("${")) return referenceFaults(name, value, checked);
  if (name === "connector.class" || name === "name") return [];
  const option: RuledOption = { name, value, path };
  return ruledOptionFaults(option, checked.config, checked.policy) ?? plainOptionFaults(option, checked);
}

/** A name that is written oddly is refused as it is: whoever reads it leniently would read another one. */
function malformedName(name: string): ConfigFault | null {
  const path = pathOf(name);
  const plain = plainNameOf(name);
  const isPlain = plain === name || namesWithCapitals.has(name) || isAliased(name);
  if (isPlain && name !== "" && /^[A-Za-z0-9._$-]+$/.test(name) && name.length <= 200) return null;
  const denial = denialOf(plain);
  const why = denial === null ? "" : ` Read leniently it ${denial.why}.`;
  const message = `Is not written as the name of an option is.${why}`;
  return { code: "connect.option_malformed", path, message, suggestion: plain.slice(0, NAME_SHOWN_MAX) };
}

/** Aliases of transforms and predicates are a person's own, with capitals if they like; what follows them is not. */
function isAliased(name: string): boolean {
  const rest = /^(?:transforms|predicates)\.[A-Za-z0-9_]{1,40}\.(.+)$/.exec(name)?.[1];
  return rest !== undefined && plainNameOf(rest) === rest;
}

function plainOptionFaults({ name, value, path }: RuledOption, checked: Checked): readonly ConfigFault[] {
  const special = brokerFaults({ name, value, path }, checked.policy);
  if (special !== null) return special;
  const check = checkOfKey(checked.source, name);
  if (check === null) return [unlisted(name, path)];
  const message = check(value) ?? reservedTopic(name, value, checked.policy);
  return message === null ? [] : [{ code: "connect.value_denied", path, message }];
}

function unlisted(name: string, path: string): ConfigFault {
  const denial = denialOf(name);
  if (denial === null)
    return {
      code: "connect.option_unknown",
      path,
      message: "Is not among the options that may be set here.",
    };
  return {
    code: "connect.option_denied",
    path,
    message: `May not be set: it ${denial.why} (${denial.rule}).`,
  };
}

function brokerFaults(
  { name, value, path }: RuledOption,
  policy: ConnectorPolicy,
): readonly ConfigFault[] | null {
  if (name !== "schema.history.internal.kafka.bootstrap.servers") return null;
  const foreign = value.split(",").some((broker) => !policy.brokers.includes(broker.trim()));
  if (!foreign) return [];
  const message = "Must be the brokers that gluttony itself reads.";
  return [{ code: "connect.value_denied", path, message, suggestion: policy.brokers.join(",") }];
}

function reservedTopic(name: string, value: string, { reservedTopics }: ConnectorPolicy): string | null {
  return topicOptions.has(name) && reservedTopics.includes(value) ? "This topic is used already." : null;
}

/** A reference to a secret of the worker: whole, in a place for secrets, below a prefix that the deployer allowed. */
function referenceFaults(name: string, value: string, { policy }: Checked): readonly ConfigFault[] {
  const path = pathOf(name);
  const inside = /^\$\{([^${}]+)\}$/.exec(value)?.[1] ?? "";
  const isAllowed =
    (isSecretOption(name) || name === "database.user") &&
    !inside.includes("..") &&
    policy.referencePrefixes.some((prefix) => prefix !== "" && inside.startsWith(prefix));
  if (isAllowed) return [];
  const message = "May not refer to this secret of the worker.";
  const suggestion = policy.referencePrefixes.map((prefix) => `\${${prefix}…}`).join(", ");
  return [{ code: "connect.reference_denied", path, message, ...(suggestion === "" ? {} : { suggestion }) }];
}

function pathOf(name: string): string {
  return `config.${name.slice(0, NAME_SHOWN_MAX).replaceAll(/[^\x20-\x7e]/g, "?")}`;
}
