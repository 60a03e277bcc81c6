import type { RawRecord } from "../../record.ts";
import { compileAvro } from "../avro/compile-avro.ts";
import type { Codec, Decoded, Undecodable } from "../codec.ts";
import { decodeJson, decodePayload, readKey, undecodableOf } from "../debezium-json.ts";
import { plainDecoding } from "../decoding.ts";
import type { Decoding } from "../decoding.ts";
import type { ReadKey } from "../envelope.ts";
import { decodeTombstone, sourceOf } from "../flattened-row.ts";
import { keyValue, unframedKey } from "../found-key.ts";
import type { FoundKey } from "../found-key.ts";
import { namedAsIn } from "./key-names.ts";
import { compileJsonSchema } from "../json-schema/compile-json-schema.ts";
import type { NumberMode } from "../json-scanner.ts";
import { isJsonObject } from "../json-value.ts";
import type { JsonObject } from "../json-value.ts";
import { compileProtobuf } from "../protobuf/compile-protobuf.ts";
import { orderingKeyBy, readJsonPart } from "../record-key.ts";
import type { OrderingKey, OrderingWish } from "../record-key.ts";
import { decodeRow } from "../row-decoder.ts";
import type { RowDecoder } from "../row-decoder.ts";
import { NumberTextNeeded } from "../value-misfit.ts";
import type { CompiledSchema } from "./compiled-schema.ts";
import { framingOf } from "./framing.ts";
import type { Framing, RecordPart } from "./framing.ts";
import { BinaryMisfit, SchemaUnreadable } from "./writer-schema.ts";
import type { SchemaLanguage, WriterSchema, WriterSchemas } from "./writer-schema.ts";

/** Which records a consumer takes: `auto` tells each by itself, the others refuse what is written in another way. */
export type RecordFormat = "auto" | "json" | SchemaLanguage;

/** What came of a record, and what it was found to be. */
export interface FoundRecord {
  /** The format, such as `debezium-json` or `debezium-avro-flattened`; what it is without its schema where that is missing. */
  readonly format: string;
  /** The schema that the value was written with; left out where it names none. */
  readonly schema?: Pick<Framing, "ref" | "layout">;
  readonly decoded: Decoded;
  /** What a record says that is no change of a row, such as a heartbeat; left out for any other. See `readMeta`. */
  readonly content?: JsonObject;
}

/** A value that is framed, and the schema that it names. */
interface FramedValue {
  readonly value: Uint8Array;
  readonly framing: Framing;
  readonly writer: WriterSchema;
}

const compilers: { readonly [language in SchemaLanguage]: (writer: WriterSchema) => CompiledSchema } = {
  avro: compileAvro,
  protobuf: compileProtobuf,
  "json-schema": compileJsonSchema,
};

/**
 * Decodes records of every format: JSON as `debeziumJson` does, and Avro, Protobuf and JSON Schema in the framings of
 * Confluent and Apicurio, with the schemas at hand. A record says by itself which it is; key and value may differ.
 */
export class RecordCodec implements Codec {
  readonly name = "auto";
  readonly #schemas: WriterSchemas;
  readonly #format: RecordFormat;
  readonly #decoding: Decoding;
  /** Forgotten with the schemas themselves. */
  readonly #compiled = new WeakMap<WriterSchema, CompiledSchema | SchemaUnreadable>();

  constructor(schemas: WriterSchemas, format: RecordFormat = "auto", decoding: Decoding = plainDecoding) {
    this.#schemas = schemas;
    this.#format = format;
    this.#decoding = decoding;
  }

  decode(record: RawRecord): Decoded {
    return this.find(record).decoded;
  }

  /** Decodes a record and says what it was found to be. Never throws. */
  find(record: RawRecord): FoundRecord {
    if (record.value === null) return this.#findTombstone(record);
    const framing = framingOf(record, "value");
    if (framing === null) return this.#findJson(record);
    if (framing === "invalid") return { format: "framed", decoded: framingCutShort };
    const schema = { ref: framing.ref, layout: framing.layout };
    if (this.#format === "json")
      return {
        format: "framed",
        schema,
        decoded: unexpected("json", `a value of the schema ${framing.ref}`),
      };
    const writer = this.#schemas.get(framing.ref);
    if (writer === undefined) return { format: "framed", schema, decoded: unknownSchema(framing.ref) };
    const { language } = writer;
    const refusal = this.#refusalOf(language, framing, record);
    if (refusal !== null) return { format: `debezium-${language}`, schema, decoded: refusal };
    return { schema, ...this.#findFramed({ value: record.value, framing, writer }, record) };
  }

  /** The text by which a record of any format is ordered; see `orderingKey`. */
  orderingKey(record: RawRecord, wish: OrderingWish): OrderingKey {
    return orderingKeyBy(record, wish, (part) => {
      const framing = framingOf(record, part);
      if (framing === null) return readJsonPart(record, part);
      if (framing === "invalid") return { fault: framingCutShort.undecodable };
      try {
        return this.#readPart(record, part, framing);
      } catch (error) {
        return { fault: refusalOf(error).undecodable };
      }
    });
  }

  /** A record's key, whatever it is; null for a record without one. Never throws. */
  key(record: RawRecord): FoundKey | null {
    const framing = framingOf(record, "key");
    const writer = framing === null || framing === "invalid" ? undefined : this.#schemas.get(framing.ref);
    if (record.key === null || framing === null || framing === "invalid" || writer === undefined)
      return unframedKey(record);
    try {
      return { format: writer.language, value: keyValue(this.#readPart(record, "key", framing)) };
    } catch {
      // A number as bytes may look framed.
      return unframedKey(record);
    }
  }

  /** Of a tombstone only the key is there; it may have a schema of its own. */
  #findTombstone(record: RawRecord): FoundRecord {
    const framing = framingOf(record, "key");
    if (!this.#decoding.takesTombstones || framing === null || framing === "invalid")
      return decodeJson(record, this.#decoding);
    try {
      const of = { record, decoding: this.#decoding };
      const key = this.#key(record, this.#decoding.columnsOf(sourceOf({}, record)));
      return { format: "framed", decoded: decodeTombstone(key, of) ?? { notAChange: "tombstone" } };
    } catch (error) {
      return { format: "framed", decoded: refusalOf(error) };
    }
  }

  #findJson(record: RawRecord): FoundRecord {
    const found = decodeJson(record, this.#decoding);
    if (this.#format !== "auto" && this.#format !== "json")
      return { ...found, decoded: unexpected(this.#format, "a value that names no schema") };
    const { decoded } = found;
    if ("undecodable" in decoded && isNamedOtherwise(record, decoded))
      return { ...found, decoded: notYet("A schema that Apicurio's headers name by its place or hash") };
    if (!("operation" in decoded) || decoded.key !== null || decoded.operation === "truncate") return found;
    const key = this.#opaqueOrKey(record);
    return key === null
      ? found
      : { ...found, decoded: { ...decoded, key: decodeRow(key.raw, key.columns).row } };
  }

  #refusalOf(language: SchemaLanguage, { ref, layout }: Framing, record: RawRecord): Undecodable | null {
    if (this.#format !== "auto" && this.#format !== language) return unexpected(this.#format, language);
    const isApicurio =
      layout === "apicurio" || record.headers.some(({ name }) => name.startsWith("apicurio."));
    if (language === "protobuf" && isApicurio)
      return notYet(`Protobuf as Apicurio frames it (schema ${ref})`);
    return language === "avro" && hasJsonEncoding(record) ? notYet("Avro's encoding as JSON") : null;
  }

  #findFramed(framed: FramedValue, record: RawRecord): Omit<FoundRecord, "schema"> {
    const format = `debezium-${framed.writer.language}`;
    try {
      return this.#decodeIn("plain", framed, record);
    } catch (error) {
      if (!(error instanceof NumberTextNeeded)) return { format, decoded: refusalOf(error) };
    }
    try {
      // A decimal came as a number that a double has rounded.
      return this.#decodeIn("text", framed, record);
    } catch (error) {
      return { format, decoded: refusalOf(error) };
    }
  }

  #decodeIn(
    mode: NumberMode,
    { value, framing, writer }: FramedValue,
    record: RawRecord,
  ): Omit<FoundRecord, "schema"> {
    const read = this.#compiledOf(writer).read(value, framing, mode);
    const payload = { ...read, keyOf: (row: RowDecoder) => this.#key(record, row) };
    const found = decodePayload(payload, { record, decoding: this.#decoding });
    return { ...found, format: found.format.replace("json", writer.language) };
  }

  #compiledOf(writer: WriterSchema): CompiledSchema {
    const known = this.#compiled.get(writer);
    if (known instanceof SchemaUnreadable) throw known;
    if (known !== undefined) return known;
    try {
      const compiled = compilers[writer.language](writer);
      this.#compiled.set(writer, compiled);
      return compiled;
    } catch (error) {
      if (error instanceof SchemaUnreadable) this.#compiled.set(writer, error);
      throw error;
    }
  }

  /** The key beside a framed value: its schema must be there. Null for a key that is no struct. */
  #key(record: RawRecord, row: RowDecoder): ReadKey | null {
    const framing = framingOf(record, "key");
    if (framing === null) return readKey(record, row, "text");
    if (framing === "invalid") return null;
    const read = this.#readPart(record, "key", framing);
    return isJsonObject(read.payload) ? namedAsIn(row, read.payload, read.schema.struct) : null;
  }

  /** The key beside a value in JSON. A number as bytes may look framed, so that a key which cannot be read is opaque. */
  #opaqueOrKey(record: RawRecord): ReadKey | null {
    const framing = framingOf(record, "key");
    if (framing === null || framing === "invalid") return null;
    try {
      return this.#key(record, new Map());
    } catch {
      return null;
    }
  }

  #readPart(record: RawRecord, part: RecordPart, framing: Framing): ReturnType<CompiledSchema["read"]> {
    const writer = this.#schemas.get(framing.ref);
    const bytes = record[part];
    if (writer === undefined || bytes === null) throw new SchemaMissing(framing.ref);
    return this.#compiledOf(writer).read(bytes, framing, "plain");
  }
}

/** The key's schema is not at hand. */
class SchemaMissing extends Error {
  readonly ref: string;

  constructor(ref: string) {
    super(`The schema ${ref} is missing.`);
    this.ref = ref;
  }
}

function refusalOf(error: unknown): Undecodable {
  if (error instanceof SchemaMissing) return unknownSchema(error.ref);
  if (error instanceof SchemaUnreadable)
    return { undecodable: "record.schema_invalid", detail: error.message };
  if (error instanceof BinaryMisfit) return { undecodable: error.code, detail: error.message };
  return undecodableOf(error);
}

/** Whether bytes that are no JSON have headers of Apicurio, none of which holds an id. */
function isNamedOtherwise({ headers }: RawRecord, { undecodable }: Undecodable): boolean {
  const isNoText = undecodable === "record.not_json" || undecodable === "record.not_utf8";
  return isNoText && headers.some(({ name }) => name.startsWith("apicurio.value."));
}

function hasJsonEncoding({ headers }: RawRecord): boolean {
  return headers.some(
    ({ name, value }) =>
      name === "apicurio.value.encoding" &&
      value !== null &&
      Buffer.from(value).toString("latin1") === "JSON",
  );
}

function unexpected(wanted: RecordFormat, seen: string): Undecodable {
  return {
    undecodable: "record.format_unexpected",
    detail: `The consumer reads ${wanted}; this is ${seen}.`,
  };
}

function notYet(what: string): Undecodable {
  return { undecodable: "record.format_not_yet", detail: `${what} is not decoded.` };
}

function unknownSchema(ref: string): Undecodable {
  return { undecodable: "record.schema_unknown", detail: `The schema ${ref} is not at hand.` };
}

const framingCutShort: Undecodable = {
  undecodable: "record.framing_invalid",
  detail: "The value begins with a zero byte and is too short for a schema's id.",
};
