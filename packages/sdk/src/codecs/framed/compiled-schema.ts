import { fieldSchema } from "../connect-schema.ts";
import type { ConnectSchema } from "../connect-schema.ts";
import type { NumberMode } from "../json-scanner.ts";
import type { JsonValue } from "../json-value.ts";
import type { KnownSchema } from "../payload-cache.ts";
import { compileRow } from "../row-decoder.ts";
import type { Framing } from "./framing.ts";

/** Data as the JSON converter would have written it, and what its schema says of it. */
export interface ReadPart {
  readonly payload: JsonValue;
  readonly schema: KnownSchema;
}

/** A writer schema made ready, once for all its records. */
export interface CompiledSchema {
  /** Reads the data behind a framing. Throws `BinaryMisfit`; `mode` says how to read numbers, where they are text. */
  read(bytes: Uint8Array, framing: Framing, mode: NumberMode): ReadPart;
}

/** What the decoders need of a schema. */
export function knownOf(schema: ConnectSchema): KnownSchema {
  const row = fieldSchema(schema, "after") ?? fieldSchema(schema, "before");
  return { name: schema.name, struct: compileRow(schema), row: compileRow(row) };
}

/** A schema of which nothing is known but its type. */
export function plainSchema(type: string): ConnectSchema {
  return {
    type,
    name: "",
    isOptional: false,
    field: "",
    fallback: undefined,
    fields: [],
    items: null,
    keys: null,
    values: null,
    parameters: {},
  };
}
