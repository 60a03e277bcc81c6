import { isJsonObject, own, setOwn } from "../json-value.ts";
import type { JsonValue } from "../json-value.ts";
import type { AvroType } from "./avro-type.ts";
import { optionalOf } from "./avro-shapes.ts";

/**
 * A default in the form that data has: bytes, which a schema writes as text of one character a byte, become base64.
 * Undefined where there is none; null says no more than that a column may be null, and is none, too.
 */
export function rawDefault(type: AvroType, written: JsonValue | undefined): JsonValue | undefined {
  if (written === undefined || written === null) return undefined;
  const inner = optionalOf(type) ?? type;
  if ((inner.kind === "bytes" || inner.kind === "fixed") && typeof written === "string")
    return Buffer.from(written, "latin1").toString("base64");
  if (inner.kind !== "record" || !isJsonObject(written)) return written;
  const members: { [name: string]: JsonValue } = {};
  for (const field of inner.fields)
    setOwn(members, field.name, rawDefault(field.type, own(written, field.name)) ?? null);
  return members;
}
