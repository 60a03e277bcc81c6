import type { Fault } from "./error.ts";

/** What a consumer belongs to, such as a hospital or an owner; roles are limited by it. */
export interface Labels {
  readonly [name: string]: string;
}

/** Labels of one consumer, or of one scope. */
export const labelsMax = 32;
const namePattern = /^[a-z][a-z0-9._-]{0,62}$/;
const valuePattern = /^[A-Za-z0-9\u0080-\uffff][A-Za-z0-9\u0080-\uffff ._:/-]{0,127}$/;

/** Reads labels; each that is none is a fault with its path, and left out. */
export function parseLabels(value: unknown, path: string, faults: Fault[]): Labels {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    faults.push({ path, message: "Must be an object of texts.", suggestion: '{ "site": "north" }' });
    return {};
  }
  const written: [string, unknown][] = Object.entries(value);
  if (written.length > labelsMax) faults.push({ path, message: `At most ${labelsMax} labels.` });
  const kept = written.slice(0, labelsMax).filter(([name, label]) => isLabel(name, label, { path, faults }));
  return Object.fromEntries(kept) as Labels;
}

/** The labels of a row, whatever else is wrong with its configuration; a label that cannot be read is none. */
export function labelsOf(configuration: unknown): Labels {
  if (typeof configuration !== "object" || configuration === null) return {};
  return parseLabels(Reflect.get(configuration, "labels"), "", []);
}

function isLabel(
  name: string,
  label: unknown,
  { path, faults }: { readonly path: string; readonly faults: Fault[] },
): label is string {
  if (!namePattern.test(name)) {
    faults.push({
      path: `${path}.${name.slice(0, 80)}`,
      message: "A label's name is of small letters, digits, dots and dashes, beginning with a letter.",
    });
    return false;
  }
  if (typeof label === "string" && valuePattern.test(label)) return true;
  faults.push({ path: `${path}.${name}`, message: "A label is a text of 1 to 128 letters and digits." });
  return false;
}
