import { isoDateOf } from "./iso-text.ts";
import type { Decode, DecoderMaker } from "./decoder.ts";
import { isJsonObject, own } from "./json-value.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";
import { ValueMisfit } from "./value-misfit.ts";

/**
 * Times as calendar parts (`time.precision.mode=structured`, from Debezium 3.7 on) become the same texts as in every other
 * mode. `specialValue` stands for what has no parts, such as infinity.
 */
function structured(textOf: (parts: JsonObject) => string): DecoderMaker {
  const decode: Decode = (raw) => {
    if (!isJsonObject(raw)) throw new ValueMisfit("a time in parts");
    return specialText(own(raw, "specialValue")) ?? textOf(raw);
  };
  return () => decode;
}

const infinite = /^([-+]?)(?:(NEGATIVE|POSITIVE)_)?INF(?:INITY)?$/i;

/** PostgreSQL's own words for what has no parts; null where there are parts. */
function specialText(special: JsonValue | undefined): string | null {
  if (special === undefined || special === null || special === "") return null;
  if (typeof special !== "string") throw new ValueMisfit("a time in parts");
  const [found, sign, word] = infinite.exec(special) ?? [];
  if (found === undefined) return special;
  return sign === "-" || word?.toUpperCase() === "NEGATIVE" ? "-infinity" : "infinity";
}

function dateText(parts: JsonObject): string {
  return isoDateOf(part(parts, "year", null), part(parts, "month", null), part(parts, "day", null));
}

/** The fraction ends at its last digit that is not zero, as it does in the other modes. */
function timeText(parts: JsonObject): string {
  const clock = ["hour", "minute", "second"].map((name) => twoDigits(part(parts, name, 0))).join(":");
  const fraction = String(part(parts, "nanos", 0))
    .padStart(9, "0")
    .replace(/0+$/, "");
  return fraction === "" ? clock : `${clock}.${fraction}`;
}

function offsetText(parts: JsonObject): string {
  const seconds = part(parts, "offsetSeconds", 0);
  if (seconds === 0) return "Z";
  const size = Math.abs(seconds);
  const rest = size % 60 === 0 ? [] : [size % 60];
  const clock = [Math.floor(size / 3_600), Math.floor(size / 60) % 60, ...rest].map(twoDigits).join(":");
  return `${seconds < 0 ? "-" : "+"}${clock}`;
}

/** A whole number; the one given where it is left out, and a misfit where none is given. */
function part(parts: JsonObject, name: string, absent: number | null): number {
  const value = own(parts, name) ?? absent;
  if (typeof value === "number" && Number.isInteger(value)) return value;
  throw new ValueMisfit(`a time in parts with a whole ${name}`);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** Semantic names of times in parts. A duration keeps its parts: it is an object of numbers. */
export const structuredTimeDecoders: readonly (readonly [string, DecoderMaker])[] = [
  ["io.debezium.time.StructuredDate", structured(dateText)],
  ["io.debezium.time.StructuredTime", structured(timeText)],
  ["io.debezium.time.StructuredTimestamp", structured((parts) => `${dateText(parts)}T${timeText(parts)}`)],
  ["io.debezium.time.StructuredZonedTime", structured((parts) => `${timeText(parts)}${offsetText(parts)}`)],
  [
    "io.debezium.time.StructuredZonedTimestamp",
    structured((parts) => `${dateText(parts)}T${timeText(parts)}${offsetText(parts)}`),
  ],
];
