/** The languages that a schema registry keeps schemas in. */
export type SchemaLanguage = "avro" | "protobuf" | "json-schema";

/** A schema that another one refers to: by the name of an Avro type, or the path of a Protobuf import. */
export interface ReferencedSchema {
  readonly name: string;
  readonly text: string;
}

/** The schema that a record was written with, as its registry keeps it. */
export interface WriterSchema {
  /** What records call it; see `Framing.ref`. */
  readonly ref: string;
  readonly language: SchemaLanguage;
  readonly text: string;
  /** Those that others refer to come first. */
  readonly references: readonly ReferencedSchema[];
}

/** Schemas at hand, by their `ref`. One that is not there makes its records undecodable. */
export interface WriterSchemas {
  get(ref: string): WriterSchema | undefined;
}

/** A schema cannot be read. Caught by the codec; its message names types and fields, and no value. */
export class SchemaUnreadable extends Error {}

/** Bytes do not fit the schema that they name. Caught by the codec; its message says why, and no value. */
export class BinaryMisfit extends Error {
  readonly code: string;

  constructor(message: string, code = "record.binary_invalid") {
    super(message);
    this.code = code;
  }
}
