import type { ChangeSource, SourcePosition } from "../change.ts";
import { isJsonArray, own } from "./json-value.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";
import { parseJson } from "./lossless-json.ts";

/** Reads Debezium's `source` block of a PostgreSQL connector; fields that are missing or odd become null. */
export function readSource(envelope: JsonObject, source: JsonObject): ChangeSource {
  const committedAtMs = own(source, "ts_ms");
  return {
    connector: textOf(own(source, "connector")),
    name: textOf(own(source, "name")),
    database: textOf(own(source, "db")),
    schema: textOrNull(own(source, "schema")),
    table: textOf(own(source, "table")),
    committedAtMs: typeof committedAtMs === "number" ? committedAtMs : null,
    position: readPosition(source),
    isSnapshot: own(envelope, "op") === "r" || isSnapshotFlag(own(source, "snapshot")),
    transactionId: readTransaction(envelope, source),
  };
}

/**
 * The last commit before the change, then the change itself: they order all changes of one connector. A snapshot
 * row has no commit before it and stands at its own place; an incremental snapshot's row has no place at all.
 */
function readPosition(source: JsonObject): SourcePosition | null {
  const lsn = integerOrNull(own(source, "lsn"));
  const [commit, change] = readSequence(own(source, "sequence"));
  const place = lsn ?? change;
  return place === null ? null : { kind: "postgresql", parts: [commit ?? place, place] };
}

/** As Debezium writes it; any other way of writing the same JSON is parsed. */
const plainSequence = /^\[(?:null|"(\d{1,20})"),(?:null|"(\d{1,20})")\]$/;

/** `sequence` is JSON text inside of JSON: two numbers as texts, either of which may be null. */
function readSequence(sequence: JsonValue | undefined): readonly [bigint | null, bigint | null] {
  if (typeof sequence !== "string") return [null, null];
  const plain = plainSequence.exec(sequence);
  if (plain !== null) return [integerOrNull(plain[1]), integerOrNull(plain[2])];
  const parsed = parseJson(sequence);
  if (!("value" in parsed) || !isJsonArray(parsed.value)) return [null, null];
  return [integerOrNull(parsed.value[0]), integerOrNull(parsed.value[1])];
}

/** Connectors wrote a boolean, then texts (`first`, `last`, `incremental`, …), and null while streaming. */
function isSnapshotFlag(flag: JsonValue | undefined): boolean {
  return flag === true || (typeof flag === "string" && flag !== "false");
}

/** The number before the colon in `transaction.id`; what follows it differs within one transaction. */
function readTransaction(envelope: JsonObject, source: JsonObject): string | null {
  const txId = integerOrNull(own(source, "txId"));
  if (txId !== null) return String(txId);
  const block = own(envelope, "transaction");
  if (typeof block !== "object" || block === null || isJsonArray(block)) return null;
  const id = own(block as JsonObject, "id");
  return typeof id === "string" ? (id.split(":", 1)[0] ?? null) : null;
}

function integerOrNull(value: JsonValue | undefined): bigint | null {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  return typeof value === "string" && /^\d{1,20}$/.test(value) ? BigInt(value) : null;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function textOrNull(value: JsonValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}
