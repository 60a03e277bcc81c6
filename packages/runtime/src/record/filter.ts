import type { DecodingSettings, FilterSettings } from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk/codecs";

const operationByCode: ReadonlyMap<unknown, FilterSettings["operations"][number]> = new Map([
  ["r", "snapshot"],
  ["c", "insert"],
  ["u", "update"],
  ["d", "delete"],
  ["t", "truncate"],
] as const);

/**
 * Names the rule that leaves a record out, or undefined when it is wanted. The value is read only when the
 * consumer names operations; what cannot be read here goes on, so that decoding can say why.
 */
export function filter(
  record: RawRecord,
  wanted: FilterSettings,
  tombstones: DecodingSettings["tombstones"] = "filter",
): string | undefined {
  if (record.value === null && tombstones === "filter") return "tombstone";
  if (wanted.operations.length === 0) return undefined;
  const operation = record.value === null ? "delete" : operationOf(record.value);
  if (operation === undefined || wanted.operations.includes(operation)) return undefined;
  return `operation.${operation}`;
}

function operationOf(value: Uint8Array): FilterSettings["operations"][number] | undefined {
  try {
    const parsed: unknown = JSON.parse(
      Buffer.from(value.buffer, value.byteOffset, value.length).toString("utf8"),
    );
    const envelope = fieldOf(parsed, "payload") ?? parsed;
    return operationByCode.get(fieldOf(envelope, "op") ?? fieldOf(envelope, "__op"));
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
