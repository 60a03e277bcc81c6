// One execution: a record through everything that reads records, and what must be true of the outcome.
import { isDeepStrictEqual } from "node:util";
import { decodeJson, orderingKey, parseJson, readColumn } from "@gluttony/sdk/codecs";
import { codes } from "@gluttony/model";
import { canary } from "./seeds.mjs";
import { planted } from "./planted.mjs";

/** A record that takes longer is a hang. */
export const hangMs = 50;

const columns = ["id"];
const guards = new Set(["record.too_deep", "record.too_wide", "record.too_large", "record.number_too_long"]);

export class Executor {
  #plant;
  #offset = 0n;

  constructor(plant = null) {
    this.#plant = planted(plant);
  }

  /** What is wrong, in words, or null. A thorough run also compares what must agree. */
  run(input, { isThorough }) {
    try {
      const record = this.#recordOf(input);
      this.#plant(record);
      const { decoded } = decodeJson(record);
      return this.#wrongDecoded(decoded) ?? (isThorough ? wrongMore(record, decoded) : null);
    } catch (error) {
      return `crash: ${error instanceof Error ? error.stack : String(error)}`;
    }
  }

  #recordOf({ key, value, headers, topic = "fuzz" }) {
    this.#offset += 1n;
    return {
      topic,
      partition: 0,
      offset: this.#offset,
      timestampMs: 0,
      key,
      value,
      headers: headers.map(([name, bytes]) => ({ name, value: bytes })),
    };
  }

  #wrongDecoded(decoded) {
    if ("notAChange" in decoded) return null;
    if ("undecodable" in decoded) {
      if (!Object.hasOwn(codes, decoded.undecodable))
        return `broken promise: ${decoded.undecodable} is no registered code`;
      return decoded.detail.includes(canary) ? "broken promise: the refusal shows a value" : null;
    }
    if (decoded.operation === "truncate")
      return decoded.after === null ? null : "broken promise: a truncate has a row";
    if (decoded.operation === "delete")
      return decoded.after === null ? null : "broken promise: a delete has a row after it";
    return decoded.after === null ? `broken promise: ${decoded.operation} without a row` : null;
  }
}

function wrongLane(lane) {
  return "key" in lane || Object.hasOwn(codes, lane.fault)
    ? null
    : "broken promise: a lane without a key or a registered fault";
}

/** How many columns of a row are read one by one: a fuzzed row may have thousands. */
const columnsRead = 8;

function wrongColumn(record, { after = null }) {
  const wrong = Object.keys(after ?? {})
    .slice(-columnsRead)
    .some((name) => !isDeepStrictEqual(readColumn(record, name), after[name]));
  return wrong ? "broken promise: one column reads otherwise than all" : null;
}

/** Every record has a lane, caches change nothing, one column is as all are, JSON is what `JSON.parse` takes, and no prototype is touched. */
function wrongMore(record, decoded) {
  const wrong = wrongLane(orderingKey(record, columns, "full"));
  if (wrong !== null) return wrong;
  if (!isDeepStrictEqual(decodeJson(record).decoded, decoded))
    return "broken promise: the same record decodes differently";
  const otherwise = wrongColumn(record, decoded);
  if (otherwise !== null) return otherwise;
  if (Object.keys(Object.prototype).length > 0) return "broken promise: a prototype was changed";
  return record.value === null
    ? null
    : (wrongParse(record.value, "plain") ?? wrongParse(record.value, "text"));
}

function wrongParse(bytes, mode) {
  const parsed = parseJson(bytes, mode);
  const isRefused = "fault" in parsed;
  if (isRefused && guards.has(parsed.fault)) return null;
  if (isRefused === isJson(bytes)) return `broken promise: parseJson in mode ${mode} and JSON.parse disagree`;
  return null;
}

function isJson(bytes) {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}
