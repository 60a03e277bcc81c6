import type { Fault } from "@gluttony/model";
import { fieldOf, listOf, textOf } from "./client/json-field.ts";
import { isSecretOption } from "./mask.ts";
import { type ScrubRules, scrubLine } from "./scrub.ts";

const FAULTS_MAX = 20;

/**
 * The faults in an answer of `config/validate`. Debezium's answer holds entries whose `value` is null; those say nothing.
 * Texts are scrubbed, since they quote what was sent. Pure.
 */
export function validationFaults(json: unknown, rules: ScrubRules): readonly Fault[] {
  return listOf(json, "configs")
    .flatMap((entry) => faultsOf(entry, rules))
    .slice(0, FAULTS_MAX);
}

function faultsOf(entry: unknown, rules: ScrubRules): readonly Fault[] {
  const value = fieldOf(entry, "value");
  const name = textOf(value, "name");
  if (name === null) return [];
  const type = textOf(fieldOf(entry, "definition"), "type") ?? undefined;
  const isSecret = isSecretOption(name, type);
  const path = `connector.${scrubLine(name, rules)}`;
  return listOf(value, "errors")
    .filter((error): error is string => typeof error === "string")
    .map((error) => ({ path, message: isSecret ? "Refused." : scrubLine(error, rules) }));
}
