import type { ColumnValue } from "../change.ts";
import type { ConnectSchema } from "./connect-schema.ts";
import type { JsonValue } from "./json-value.ts";

/** Turns one raw value, which is not null, into a column value; throws `ValueMisfit`. */
export type Decode = (raw: JsonValue) => ColumnValue;

/** Makes the decoder of one schema once, so that no record pays for reading the schema. */
export type DecoderMaker = (schema: ConnectSchema) => Decode;
