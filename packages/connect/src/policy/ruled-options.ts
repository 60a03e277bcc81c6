import type { ConfigFault, ConnectorPolicy } from "./connector-policy.ts";
import { type RuledFamily, optionsOfClass } from "./transform-rules.ts";

/** One option of a configuration, and where it stands in it. */
export interface RuledOption {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

interface Config {
  readonly [name: string]: string;
}

const converterNames = /^(?:key|value|header)\.converter(?:$|\.)/;
const registryOption = /^(?:schema\.registry\.url|apicurio\.registry\.url)$/;

/**
 * Faults of an option that belongs to a transform, a predicate or a converter; null when it belongs to none. Each has its class on
 * a list, and each class its options. Pure.
 */
export function ruledOptionFaults(
  option: RuledOption,
  config: Config,
  policy: ConnectorPolicy,
): readonly ConfigFault[] | null {
  const { name } = option;
  if (name === "transforms" || name === "predicates") return aliasFaults(option, config);
  if (/^(?:transforms|predicates)\./.test(name)) return chainFaults(option, config, policy);
  return converterNames.test(name) ? converterFaults(option, config, policy) : null;
}

function aliasFaults({ name, value, path }: RuledOption, config: Config): readonly ConfigFault[] {
  const aliases = aliasesOf(value);
  const isPlain = aliases.every((alias) => /^[A-Za-z0-9_]{1,40}$/.test(alias)) && aliases.length <= 20;
  if (!isPlain) return [valueFault(path, "Must be at most 20 names of letters, digits and underscores.")];
  const untyped = aliases.filter((alias) => config[`${name}.${alias}.type`] === undefined);
  return untyped.map((alias) => valueFault(path, `Names ${alias}, whose type is missing.`));
}

/** `transforms.ALIAS.OPTION`, or the same of predicates. */
function chainFaults(
  { name, value, path }: RuledOption,
  config: Config,
  policy: ConnectorPolicy,
): readonly ConfigFault[] {
  const [, family = "", alias = "", option = ""] =
    /^(transforms|predicates)\.([^.]+)\.(.+)$/.exec(name) ?? [];
  if (family !== "transforms" && family !== "predicates") return [unknown(path)];
  if (!aliasesOf(config[family] ?? "").includes(alias))
    return [{ code: "connect.option_unknown", path, message: `The list ${family} does not name it.` }];
  const className = config[`${family}.${alias}.type`] ?? "";
  const isNarrowed = family === "transforms" && policy.transforms?.includes(className) === false;
  const options = isNarrowed ? null : optionsOfClass(family, className);
  if (options === null) return option === "type" ? [classDenied(path, family)] : [];
  if (option === "type") return [];
  if (family === "transforms" && option === "predicate") return predicateFaults(value, path, config);
  if (family === "transforms" && option === "negate") return listed(value, path, truthOf);
  const check = options.get(option);
  return check === undefined ? [unknown(path)] : listed(value, path, check);
}

function predicateFaults(value: string, path: string, config: Config): readonly ConfigFault[] {
  const isNamed = aliasesOf(config["predicates"] ?? "").includes(value);
  return isNamed ? [] : [valueFault(path, "Must be one of the names in predicates.")];
}

function converterFaults(
  { name, value, path }: RuledOption,
  config: Config,
  policy: ConnectorPolicy,
): readonly ConfigFault[] {
  const [, base = "", option] = /^((?:key|value|header)\.converter)(?:\.(.+))?$/.exec(name) ?? [];
  const options = optionsOfClass("converter", config[base] ?? "");
  if (option === undefined) return options === null ? [classDenied(path, "converter")] : [];
  if (registryOption.test(option)) return registryFaults(value, path, policy);
  const check = options?.get(option);
  return check === undefined ? [unknown(path)] : listed(value, path, check);
}

function registryFaults(
  value: string,
  path: string,
  { registries }: ConnectorPolicy,
): readonly ConfigFault[] {
  if (value.split(",").every((url) => registries.includes(url.trim()))) return [];
  const message = "Must be a registry that the deployer named.";
  return [{ code: "connect.value_denied", path, message, suggestion: registries.join(",") }];
}

function aliasesOf(list: string): readonly string[] {
  return list
    .split(",")
    .map((alias) => alias.trim())
    .filter((alias) => alias !== "");
}

const truthOf = (value: string): string | null =>
  /^(?:true|false)$/.test(value) ? null : "Must be true or false.";

function listed(
  value: string,
  path: string,
  check: (value: string) => string | null,
): readonly ConfigFault[] {
  const message = check(value);
  return message === null ? [] : [valueFault(path, message)];
}

function valueFault(path: string, message: string): ConfigFault {
  return { code: "connect.value_denied", path, message };
}

function unknown(path: string): ConfigFault {
  return {
    code: "connect.option_unknown",
    path,
    message: "Its class has no option of this name that may be set.",
  };
}

function classDenied(path: string, family: RuledFamily): ConfigFault {
  return { code: "connect.class_denied", path, message: `This class may not be used among the ${family}.` };
}
