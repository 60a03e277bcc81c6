import type { DecoderMaker } from "./decoder.ts";
import type { JsonValue } from "./json-value.ts";
import { ValueMisfit } from "./value-misfit.ts";

/** string, and with it Json, Xml, Uuid, Enum, Ltree, Tsvector: the text as it is. */
export function textOf(raw: JsonValue): string {
  if (typeof raw === "string") return raw;
  throw new ValueMisfit("a text");
}

/** A set of names, joined by commas on the wire. */
function enumSetOf(raw: JsonValue): readonly string[] {
  const text = textOf(raw);
  return text === "" ? [] : text.split(",");
}

/** Semantic names of text that need more than the text itself. */
export const textDecoders: readonly (readonly [string, DecoderMaker])[] = [
  ["io.debezium.data.EnumSet", () => enumSetOf],
];
