import type { ConnectSchema } from "./connect-schema.ts";
import type { Decode, DecoderMaker } from "./decoder.ts";
import { own } from "./json-value.ts";
import type { JsonValue } from "./json-value.ts";
import { ValueMisfit } from "./value-misfit.ts";

/** string, and with it Json, Xml, Uuid, Ltree, Tsvector: the text as it is. */
export function textOf(raw: JsonValue): string {
  if (typeof raw === "string") return raw;
  throw new ValueMisfit("a text");
}

/**
 * One name of a list. MySQL's and MariaDB's stream escapes a comma in it, as the list of the allowed names does; their
 * snapshot does not.
 */
function enumDecoder({ parameters }: ConnectSchema): Decode {
  const allowed = own(parameters, "allowed");
  const list = typeof allowed === "string" ? `,${allowed},` : "";
  return (raw) => {
    const text = textOf(raw);
    const isEscaped = text.includes("\\,") && list.includes(`,${text},`);
    return isEscaped ? text.replaceAll("\\,", ",") : text;
  };
}

/** A set of names, joined by commas on the wire; no name of a set may hold one. */
function enumSetOf(raw: JsonValue): readonly string[] {
  const text = textOf(raw);
  return text === "" ? [] : text.split(",");
}

/** Semantic names of text that need more than the text itself. */
export const textDecoders: readonly (readonly [string, DecoderMaker])[] = [
  ["io.debezium.data.Enum", enumDecoder],
  ["io.debezium.data.EnumSet", () => enumSetOf],
];
