import type { JsonObject, JsonValue } from "@gluttony/model";

/** Applies a JSON merge patch (RFC 7396): null takes a member away, objects are merged, all else replaces. Pure. */
export function mergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  return isObject(patch) ? patchObject(isObject(target) ? target : {}, patch) : patch;
}

/** The same of two objects. */
export function patchObject(target: JsonObject, patch: JsonObject): JsonObject {
  const merged = new Map<string, JsonValue>(Object.entries(target));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
