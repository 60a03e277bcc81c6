import type { Decode, DecoderMaker } from "./decoder.ts";
import { int32Of, int64Of } from "./decode-number.ts";
import { textOf } from "./decode-text.ts";
import { isoDate, isoTime, isoTimestamp } from "./iso-text.ts";
import type { JsonValue } from "./json-value.ts";

const MILLIS = 1_000n;
const MICROS = 1_000_000n;
const NANOS = 1_000_000_000n;

/** PostgreSQL's own words for a date that is later, or earlier, than every other. */
type Infinite = "infinity" | "-infinity";

/**
 * Days that stand for an infinite date, as measured on Debezium 3.6: the stream and the snapshot differ, and
 * both streamed ones are negative.
 */
const infiniteDays: ReadonlyMap<number, Infinite> = new Map([
  [-2_147_472_692, "infinity"],
  [-2_147_472_691, "-infinity"],
  [-622_191_234, "infinity"],
  [-625_821_272, "-infinity"],
]);
/** PostgreSQL's dates run from 4713 BC to 5874897; beyond them a day can only be a stand-in. */
const DAY_MIN = -2_440_588;
const DAY_MAX = 2_145_042_905;

/** Texts that stand for infinity when times come as ISO text (`time.precision.mode=isostring`) or in arrays. */
const infiniteTexts: ReadonlyMap<string, Infinite> = new Map([
  ["+292278994-08-16", "infinity"],
  ["-5877611-06-21", "infinity"],
  ["+292269055-12-02", "-infinity"],
  ["-5877611-06-22", "-infinity"],
  ["+294247-01-10T04:00:25.2", "infinity"],
  ["-290308-12-21T19:59:27.6", "-infinity"],
  ["+292278994-08-16T23:00:00.000000", "infinity"],
  ["+292269055-12-02T23:00:00.000000", "-infinity"],
]);

/** Milliseconds that stand for infinite timestamps; in microseconds they are followed by three zeros. */
const INFINITY_MILLIS = 9_223_372_036_825_200n;
const NEGATIVE_INFINITY_MILLIS = -9_223_372_036_832_400n;
/** 294277-01-01 and 4714-11-24 BC in seconds: no timestamp of PostgreSQL lies beyond them. */
const TIMESTAMP_MAX_SECONDS = 9_224_318_016_000n;
const TIMESTAMP_MIN_SECONDS = -210_866_803_200n;

function dateOf(raw: JsonValue): string {
  const days = int32Of(raw);
  const infinite = infiniteDays.get(days);
  if (infinite !== undefined) return infinite;
  if (days > DAY_MAX) return "infinity";
  return days < DAY_MIN ? "-infinity" : isoDate(days);
}

const timeDecoder =
  (perSecond: bigint): DecoderMaker =>
  () =>
  (raw) =>
    isoTime(int64Of(raw), perSecond);

const timestampDecoder = (perSecond: bigint): DecoderMaker => {
  const infinity = (INFINITY_MILLIS * perSecond) / MILLIS;
  const negativeInfinity = (NEGATIVE_INFINITY_MILLIS * perSecond) / MILLIS;
  const decode: Decode = (raw) => {
    const ticks = int64Of(raw);
    if (ticks === infinity || ticks >= TIMESTAMP_MAX_SECONDS * perSecond) return "infinity";
    if (ticks === negativeInfinity || ticks < TIMESTAMP_MIN_SECONDS * perSecond) return "-infinity";
    return isoTimestamp(ticks, perSecond);
  };
  return () => decode;
};

const INT64_MAX = 9_223_372_036_854_775_807n;
const nanoTimestamp: Decode = (raw) => {
  const ticks = int64Of(raw);
  // Nanoseconds end in 2262, so that infinity is the greatest number there is.
  if (ticks === INT64_MAX) return "infinity";
  return ticks <= -INT64_MAX ? "-infinity" : isoTimestamp(ticks, NANOS);
};

/** Debezium prints a `Z` behind times that have no zone; it is not data. */
function isoTextOf(raw: JsonValue): string {
  const text = textOf(raw).replace(/Z$/, "");
  return infiniteTexts.get(text) ?? text;
}

/** A timestamp with a zone is passed on as it is; only the stand-ins for infinity inside arrays are named. */
function zonedTimestampOf(raw: JsonValue): string {
  const text = textOf(raw);
  return infiniteTexts.get(text.replace(/Z$/, "")) ?? text;
}

/** Durations count months as 365.25/12 days, so that they stay numbers. */
const duration: DecoderMaker = () => int64Of;

/** Semantic names of times. Zoned times, intervals as text and the structured forms need no decoder. */
export const timeDecoders: readonly (readonly [string, DecoderMaker])[] = [
  ["io.debezium.time.Date", () => dateOf],
  ["org.apache.kafka.connect.data.Date", () => dateOf],
  ["io.debezium.time.Time", timeDecoder(MILLIS)],
  ["org.apache.kafka.connect.data.Time", timeDecoder(MILLIS)],
  ["io.debezium.time.MicroTime", timeDecoder(MICROS)],
  ["io.debezium.time.NanoTime", timeDecoder(NANOS)],
  ["io.debezium.time.Timestamp", timestampDecoder(MILLIS)],
  ["org.apache.kafka.connect.data.Timestamp", timestampDecoder(MILLIS)],
  ["io.debezium.time.MicroTimestamp", timestampDecoder(MICROS)],
  ["io.debezium.time.NanoTimestamp", () => nanoTimestamp],
  ["io.debezium.time.ZonedTimestamp", () => zonedTimestampOf],
  ["io.debezium.time.IsoDate", () => isoTextOf],
  ["io.debezium.time.IsoTime", () => isoTextOf],
  ["io.debezium.time.IsoTimestamp", () => isoTextOf],
  ["io.debezium.time.MicroDuration", duration],
  ["io.debezium.time.NanoDuration", duration],
];
