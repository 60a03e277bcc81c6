export type {
  ChangeSource,
  KeyChange,
  SnapshotPhase,
  SourcePosition,
  TransactionPlace,
} from "../change.ts";
export type { RawRecord, RecordCoordinates, RecordHeader } from "../record.ts";
export { comparePositions } from "./compare-positions.ts";
export type { Codec, Decoded, NotAChange, Undecodable } from "./codec.ts";
export { columnForm, propertyName } from "./column-form.ts";
export type { ColumnForm } from "./column-form.ts";
export { connectorModes } from "./connector-modes.ts";
export type { ConnectorModes } from "./connector-modes.ts";
export { debeziumJson, debeziumJsonWith, decodeJson } from "./debezium-json.ts";
export type { FoundInJson, JsonFormat } from "./debezium-json.ts";
export { framingOf, schemasNamedBy } from "./framed/framing.ts";
export type { FoundFraming, Framing, NeededSchema, RecordPart } from "./framed/framing.ts";
export type { FoundKey } from "./found-key.ts";
export { RecordCodec } from "./framed/record-codec.ts";
export type { FoundRecord, RecordFormat } from "./framed/record-codec.ts";
export type {
  ReferencedSchema,
  SchemaLanguage,
  WriterSchema,
  WriterSchemas,
} from "./framed/writer-schema.ts";
export { compileDecoding } from "./decoding.ts";
export type { ColumnDeclaration, Decoding, DecodingOptions } from "./decoding.ts";
export { isUnavailable } from "./is-unavailable.ts";
export type { Unavailable } from "./is-unavailable.ts";
export { JSON_DEPTH_MAX } from "./json-scanner.ts";
export type { JsonFault, NumberMode } from "./json-scanner.ts";
export { isJsonObject, NumberText } from "./json-value.ts";
export type { JsonObject, JsonValue } from "./json-value.ts";
export { parseJson } from "./lossless-json.ts";
export type { ParsedJson } from "./lossless-json.ts";
export { readMeta } from "./meta-content.ts";
export type { MetaContent } from "./meta-content.ts";
export { readColumn } from "./read-column.ts";
export { keyColumns, orderingKey } from "./record-key.ts";
export type { OrderingKey, OrderingWish, ReplicaIdentity } from "./record-key.ts";
