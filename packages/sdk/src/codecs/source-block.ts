import type { ChangeSource, SnapshotPhase } from "../change.ts";
import type { DataSource } from "./data-sources/data-source.ts";
import { field, integerField, millisField, textField } from "./data-sources/source-fields.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";

/** Reads Debezium's `source` block; fields that are missing or odd become null or empty. */
export function readSource(envelope: JsonObject, source: JsonObject, dataSource: DataSource): ChangeSource {
  const snapshot = readPhase(field(source, "snapshot")) ?? (field(envelope, "op") === "r" ? "row" : null);
  return {
    connector: dataSource.connector,
    name: textField(source, "name") ?? "",
    database: textField(source, "db") ?? "",
    schema: textField(source, "schema"),
    table: textField(source, "table") ?? "",
    committedAtMs: millisField(source, "ts_ms") ?? oldTime(source),
    position: dataSource.readPosition(source),
    isSnapshot: snapshot !== null,
    ...(snapshot === null ? {} : { snapshot }),
    transactionId: dataSource.readTransactionId(envelope, source),
  };
}

/** Before 0.10 the time was in seconds for MySQL and in microseconds for PostgreSQL; rows of a snapshot had 0. */
function oldTime(source: JsonObject): number | null {
  const seconds = millisField(source, "ts_sec");
  if (seconds !== null) return seconds === 0 ? null : seconds * 1_000;
  const micros = integerField(source, "ts_usec");
  return micros === null ? null : Number(micros / 1_000n);
}

const phases: ReadonlyMap<JsonValue | undefined, SnapshotPhase> = new Map([
  ["first", "first"],
  ["first_in_data_collection", "first_in_table"],
  ["last_in_data_collection", "last_in_table"],
  ["last", "last"],
  ["incremental", "incremental"],
]);

/** Connectors wrote a boolean, then texts, and null while streaming. */
function readPhase(flag: JsonValue | undefined): SnapshotPhase | null {
  if (flag === "false" || flag === null || flag === undefined) return null;
  const isSnapshot = flag === true || (typeof flag === "string" && flag !== "false");
  return isSnapshot ? (phases.get(flag) ?? "row") : null;
}
