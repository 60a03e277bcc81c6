import type { Fault } from "@gluttony/model";
import { isSecretOption } from "./mask.ts";
import { type ScrubRules, scrubLine } from "./scrub.ts";

const FAULTS_MAX = 20;

/**
 * The faults in an answer of `config/validate`. Debezium's answer holds entries whose `value` is null; those say nothing.
 * Texts are scrubbed, since they quote what was sent. Pure.
 */
export function validationFaults(json: unknown, rules: ScrubRules): readonly Fault[] {
  return entriesOf(json, "configs")
    .flatMap((entry) => faultsOf(entry, rules))
    .slice(0, FAULTS_MAX);
}

function faultsOf(entry: unknown, rules: ScrubRules): readonly Fault[] {
  const value = fieldOf(entry, "value");
  const name = fieldOf(value, "name");
  if (typeof name !== "string") return [];
  const type = fieldOf(fieldOf(entry, "definition"), "type");
  const isSecret = isSecretOption(name, typeof type === "string" ? type : undefined);
  const path = `connector.${scrubLine(name, rules)}`;
  return entriesOf(value, "errors")
    .filter((error): error is string => typeof error === "string")
    .map((error) => ({ path, message: isSecret ? "Refused." : scrubLine(error, rules) }));
}

function entriesOf(json: unknown, name: string): readonly unknown[] {
  const field = fieldOf(json, name);
  return Array.isArray(field) ? field : [];
}

function fieldOf(json: unknown, name: string): unknown {
  return typeof json === "object" && json !== null && name in json
    ? (json as Record<string, unknown>)[name]
    : undefined;
}
