import type { Fault } from "./error.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { nearestName } from "./nearest-name.ts";

/** Names every setting that there is not. */
export function refuseUnknown(
  written: JsonObject,
  { path, known }: { readonly path: string; readonly known: readonly string[] },
  faults: Fault[],
): void {
  for (const name of Object.keys(written)) {
    if (known.includes(name)) continue;
    const near = nearestName(name, known);
    faults.push({
      path: `${path}.${name.slice(0, 80)}`,
      message: "No such setting.",
      suggestion: near === undefined ? `One of: ${known.join(", ")}` : near,
    });
  }
}

/** An object, or a fault and an empty one. */
export function objectAt(value: unknown, path: string, faults: Fault[]): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  faults.push({ path, message: "Must be an object.", suggestion: "{}" });
  return {};
}

/** A whole number of the range, or a fault where it is none; what is left out is the standard. */
export function wholeNumberAt(
  value: JsonValue | undefined,
  range: { readonly path: string; readonly standard: number; readonly min: number; readonly max: number },
  faults: Fault[],
): number {
  if (value === undefined) return range.standard;
  if (typeof value === "number" && Number.isInteger(value) && value >= range.min && value <= range.max)
    return value;
  faults.push({
    path: range.path,
    message: `Must be a whole number from ${range.min} to ${range.max}.`,
    suggestion: String(range.standard),
  });
  return range.standard;
}

/** One of the choices, of which the first is the standard. */
export function choiceAt<Choice extends string>(
  value: JsonValue | undefined,
  { path, choices }: { readonly path: string; readonly choices: readonly [Choice, ...Choice[]] },
  faults: Fault[],
): Choice {
  if (value === undefined) return choices[0];
  const chosen = choices.find((choice) => choice === value);
  if (chosen !== undefined) return chosen;
  faults.push({ path, message: `Must be one of: ${choices.join(", ")}.`, suggestion: choices[0] });
  return choices[0];
}
