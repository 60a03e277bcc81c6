import type { Change, Operation } from "@gluttony/sdk";
import { readMeta, RecordCodec, schemasNamedBy } from "@gluttony/sdk/codecs";
import type {
  ChangeSource,
  Decoding,
  FoundKey,
  FoundRecord,
  NotAChange,
  RawRecord,
  SnapshotPhase,
  TransactionPlace,
  WriterSchema,
} from "@gluttony/sdk/codecs";
import { rowAsJson, valueAsJson } from "./value-as-json.ts";
import type { SchemaSource } from "./schema-source.ts";

/** What `gluttony change decode` prints for one record. */
export type DescribedRecord =
  | { readonly family: string; readonly [field: string]: unknown }
  | {
      readonly failure: { readonly code: string; readonly path: string; readonly detail: string };
      readonly [field: string]: unknown;
    };

/** What records are described with. */
export interface DescribeMeans {
  readonly source: SchemaSource;
  readonly decoding: Decoding;
}

/** Finds the schemas that a record names and describes it with them. */
export async function describeWith(
  record: RawRecord,
  { source, decoding }: DescribeMeans,
): Promise<DescribedRecord> {
  const named = schemasNamedBy(record);
  const schemas = new Map<string, WriterSchema>();
  for (const { ref, isNeeded } of named) {
    const found = await source.find(ref);
    if ("schema" in found) schemas.set(ref, found.schema);
    else if (isNeeded)
      return { failure: { code: found.failure.code, path: "", detail: found.failure.message } };
  }
  return describeRecord(record, new RecordCodec(schemas, "auto", decoding));
}

const letters: { readonly [operation in Operation]: string } = {
  snapshot: "r",
  insert: "c",
  update: "u",
  upsert: "upsert",
  delete: "d",
  truncate: "t",
};

/** Debezium's own words, as `op` has its letters. */
const phases: { readonly [phase in SnapshotPhase]: string } = {
  first: "first",
  first_in_table: "first_in_data_collection",
  row: "true",
  last_in_table: "last_in_data_collection",
  last: "last",
  incremental: "incremental",
};

/** Why a record is nothing of ours, however well it could be read. */
const foreign: ReadonlySet<string> = new Set(["record.not_a_change", "record.data_source_unknown"]);

/**
 * Decodes one record by the code that a cell uses, as plain JSON: an integer that JSON would round and every decimal is
 * text, bytes are base64, what JSON has no number for is `"NaN"`, `"Infinity"` or `"-Infinity"`.
 */
export function describeRecord(record: RawRecord, codec: RecordCodec = jsonOnly): DescribedRecord {
  const found = codec.find(record);
  const { decoded } = found;
  const written = writtenAs(found);
  if ("undecodable" in decoded) {
    const { undecodable, detail, path = "" } = decoded;
    return {
      ...(foreign.has(undecodable) ? { family: "foreign" } : {}),
      failure: { code: undecodable, path, detail },
      ...(found.schema === undefined ? {} : written),
    };
  }
  const key = codec.key(record);
  const keyCodec = key === null ? {} : { keyCodec: key.format };
  return "notAChange" in decoded
    ? { ...describeOther(decoded, found, key), ...written, ...keyCodec }
    : { family: "change", ...written, ...keyCodec, ...describeChange(decoded, key) };
}

const jsonOnly = new RecordCodec(new Map());

/** What the record was found to be, and the schema and the framing that it names. */
function writtenAs({ format, schema }: FoundRecord): { readonly [field: string]: string } {
  return schema === undefined
    ? { codec: format }
    : { codec: format, writerSchema: schema.ref, framing: schema.layout };
}

/** A message of the log is a change without a row, with the letter `m`; every other family has no operation. */
function describeOther(
  { notAChange }: NotAChange,
  { content }: FoundRecord,
  key: FoundKey | null,
): { readonly family: string; readonly [field: string]: unknown } {
  const isMessage = notAChange === "message";
  const { fields, source } = readMeta(content ?? {});
  return {
    ...(isMessage ? { family: "change", op: "m" } : { family: notAChange }),
    key: key === null ? null : valueAsJson(key.value),
    ...(isMessage ? { before: null, after: null } : {}),
    ...(source === null ? {} : describeSource(source)),
    ...(content === undefined ? {} : { content: rowAsJson(fields) }),
  };
}

/** A change as plain JSON, likewise. It holds the row's values. */
export function describeChange(
  change: Change,
  key: FoundKey | null = null,
): { readonly [field: string]: unknown } {
  const { source, keyChange } = change;
  const opaque = key === null || change.operation === "truncate" ? null : valueAsJson(key.value);
  return {
    op: letters[change.operation],
    key: change.key === null ? opaque : rowAsJson(change.key),
    before: rowAsJson(change.before),
    after: rowAsJson(change.after),
    unavailable: [...change.unavailable],
    ...(change.doubtful === undefined ? {} : { doubtful: [...change.doubtful] }),
    ...describeSource(source, change.transactionPlace),
    ...(keyChange === undefined
      ? {}
      : { keyChange: { role: keyChange.role, otherKey: rowAsJson(keyChange.otherKey) } }),
  };
}

function describeSource(
  source: ChangeSource,
  place?: TransactionPlace,
): { readonly [field: string]: unknown } {
  const { database, schema, table, position, transactionId, snapshot } = source;
  return {
    connector: source.connector,
    table:
      table === "" ? "" : [database, schema, table].filter((part) => part !== null && part !== "").join("."),
    position: position === null ? null : { kind: position.kind, parts: position.parts.map(String) },
    snapshot: snapshot === undefined ? null : phases[snapshot],
    transaction: transactionId === null ? null : { id: transactionId, ...place },
    committedAtMs: source.committedAtMs,
  };
}
