import type { SourcePosition } from "../../change.ts";
import { isJsonArray } from "../json-value.ts";
import type { JsonObject, JsonValue } from "../json-value.ts";
import { parseJson } from "../lossless-json.ts";
import type { DataSource } from "./data-source.ts";
import { field, integerField, integerOrNull, transactionBlockId } from "./source-fields.ts";

/** PostgreSQL: the LSN of the last commit before the change, then the LSN of the change. */
export const postgresql: DataSource = {
  connector: "postgresql",
  readPosition,
  readTransactionId: (envelope, source) => {
    const txId = field(source, "txId");
    if (typeof txId === "number" && Number.isSafeInteger(txId)) return String(txId);
    const digits = integerOrNull(txId);
    // What follows the colon differs within one transaction.
    return digits === null ? (transactionBlockId(envelope)?.split(":", 1)[0] ?? null) : String(digits);
  },
  inventsBefore: true,
};

/** An initial snapshot's row has no commit before it and stands at its own place; an incremental one's has no place at all. */
function readPosition(source: JsonObject): SourcePosition | null {
  const [commit, change] = readSequence(field(source, "sequence"));
  const place = integerField(source, "lsn") ?? change;
  return place === null ? null : { kind: "postgresql", parts: [commit ?? place, place] };
}

/** As Debezium writes it; any other way of writing the same JSON is parsed. */
const plainSequence = /^\[(?:null|"(\d{1,20})"),(?:null|"(\d{1,20})")\]$/;

/** `sequence` is JSON text inside of JSON: two numbers as texts, either of which may be null. */
function readSequence(sequence: JsonValue | undefined): readonly [bigint | null, bigint | null] {
  if (typeof sequence !== "string") return [null, null];
  const plain = plainSequence.exec(sequence);
  if (plain !== null) return [bigintOf(plain[1]), bigintOf(plain[2])];
  const parsed = parseJson(sequence);
  if (!("value" in parsed) || !isJsonArray(parsed.value)) return [null, null];
  return [integerOrNull(parsed.value[0]), integerOrNull(parsed.value[1])];
}

function bigintOf(digits: string | undefined): bigint | null {
  return digits === undefined ? null : BigInt(digits);
}
