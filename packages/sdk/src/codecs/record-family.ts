import type { NotAChange } from "./codec.ts";
import { isJsonObject, own } from "./json-value.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";

/** What kind of record a payload is, decided by its schema's name and its shape, never by the topic. */
export type RecordFamily =
  | { readonly family: "change"; readonly envelope: JsonObject }
  | { readonly family: "meta"; readonly kind: NotAChange["notAChange"] }
  | { readonly family: "unknown" };

const operations: ReadonlySet<JsonValue | undefined> = new Set(["r", "c", "u", "d", "t"]);
const metaSchemas: readonly (readonly [string, NotAChange["notAChange"]])[] = [
  [".Heartbeat", "heartbeat"],
  ["TransactionMetadataValue", "transaction"],
  ["SchemaChangeValue", "schema_change"],
  [".Notification", "notification"],
  [".MessageValue", "message"],
];

/** Tells the families of one connector's topics apart, since a pattern of topics meets all of them. */
export function recordFamily(payload: JsonValue, schemaName: string): RecordFamily {
  if (payload === null) return { family: "meta", kind: "tombstone" };
  if (!isJsonObject(payload)) return { family: "unknown" };
  const isEnvelope = schemaName.endsWith(".Envelope") || isJsonObject(own(payload, "source"));
  if (isEnvelope && operations.has(own(payload, "op"))) return { family: "change", envelope: payload };
  const kind = metaSchemas.find(([ending]) => schemaName.endsWith(ending))?.[1] ?? metaKind(payload);
  if (kind !== null) return { family: "meta", kind };
  return { family: "unknown" };
}

function metaKind(payload: JsonObject): NotAChange["notAChange"] | null {
  const has = (name: string): boolean => Object.hasOwn(payload, name);
  if (own(payload, "op") === "m" && has("message")) return "message";
  if (has("aggregate_type") && has("type") && has("id")) return "notification";
  if (has("tableChanges") || (has("ddl") && has("databaseName"))) return "schema_change";
  if (isSignal(payload)) return "signal";
  const status = own(payload, "status");
  if ((status === "BEGIN" || status === "END") && has("id") && (has("event_count") || has("ts_ms"))) {
    return "transaction";
  }
  const names = Object.keys(payload);
  return names.length === 1 && names[0] === "ts_ms" ? "heartbeat" : null;
}

/** What a person or a host writes for a connector: an id, a type, and data or none. */
function isSignal(payload: JsonObject): boolean {
  const names = Object.keys(payload);
  if (!names.every((name) => name === "id" || name === "type" || name === "data")) return false;
  const type = own(payload, "type");
  return typeof type === "string" && signalTypes.test(type);
}

const signalTypes =
  /^(?:execute-snapshot|(?:stop|pause|resume)-snapshot|log|schema-changes|snapshot-window-(?:open|close))$/;
