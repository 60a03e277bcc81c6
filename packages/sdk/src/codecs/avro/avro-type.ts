import type { JsonObject, JsonValue } from "../json-value.ts";

/** What an attribute of a type or a field may hold, such as `connect.name`; see {@link AvroType}. */
interface Attributed {
  /** Everything that stands in the type's own JSON object; empty for one that is written by its name. */
  readonly attributes: JsonObject;
}

export interface AvroPrimitive extends Attributed {
  readonly kind: "null" | "boolean" | "int" | "long" | "float" | "double" | "bytes" | "string";
}

export interface AvroFixed extends Attributed {
  readonly kind: "fixed";
  readonly name: string;
  readonly size: number;
}

export interface AvroEnum extends Attributed {
  readonly kind: "enum";
  readonly name: string;
  readonly symbols: readonly string[];
}

export interface AvroArray extends Attributed {
  readonly kind: "array";
  readonly items: AvroType;
}

export interface AvroMap extends Attributed {
  readonly kind: "map";
  readonly values: AvroType;
}

export interface AvroUnion extends Attributed {
  readonly kind: "union";
  readonly branches: readonly AvroType[];
}

export interface AvroField extends Attributed {
  readonly name: string;
  readonly type: AvroType;
  readonly fallback: JsonValue | undefined;
}

/** Its fields are filled in after it is named, since they may refer to it. */
export interface AvroRecord extends Attributed {
  readonly kind: "record";
  /** With its namespace. */
  readonly name: string;
  readonly fields: AvroField[];
}

/** A type of Avro 1.11, as its JSON describes it. */
export type AvroType = AvroPrimitive | AvroFixed | AvroEnum | AvroArray | AvroMap | AvroUnion | AvroRecord;
