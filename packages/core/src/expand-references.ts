import type { Fault, JsonValue } from "@gluttony/model";

/** Values of the names that may be referred to; an undefined one is allowed but not set. */
export type ReferenceValues = { readonly [name: string]: string | undefined };

/** The value with every reference replaced, and what could not be. */
export interface Expanded {
  readonly value: JsonValue;
  readonly faults: readonly Fault[];
}

const reference = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Replaces `${env:NAME}` in every text of a value. Only names that are given may be used; no value is echoed. */
export function expandReferences(value: JsonValue, values: ReferenceValues, path = ""): Expanded {
  if (typeof value === "string") return expandText(value, values, path);
  if (typeof value !== "object" || value === null) return { value, faults: [] };
  const faults: Fault[] = [];
  const inner = (item: JsonValue, at: string): JsonValue => {
    const expanded = expandReferences(item, values, at);
    faults.push(...expanded.faults);
    return expanded.value;
  };
  if (Array.isArray(value))
    return { value: value.map((item, index) => inner(item, `${path}[${index}]`)), faults };
  const entries = Object.entries(value).map(
    ([name, item]) => [name, inner(item, pathOf(path, name))] as const,
  );
  return { value: Object.fromEntries(entries), faults };
}

/** The path of a key, as faults name it. */
export function pathOf(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function expandText(text: string, values: ReferenceValues, path: string): Expanded {
  const faults: Fault[] = [];
  const value = text.replace(reference, (whole, name: string) => {
    const found = Object.hasOwn(values, name) ? values[name] : undefined;
    if (found !== undefined) return found;
    const message = Object.hasOwn(values, name)
      ? `${name} is not set.`
      : `${name} may not be referred to here.`;
    faults.push({ path, message, suggestion: `Allowed: ${Object.keys(values).join(", ")}.` });
    return whole;
  });
  return { value, faults };
}
