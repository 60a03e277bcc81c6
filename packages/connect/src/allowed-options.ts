import type { Fault } from "@gluttony/model";
import { type Check, oneOf, patternList, tableName, truth, wholeNumber } from "./policy/checks.ts";

/**
 * Every option that an administrator may set. An allow-list, because a connector's configuration can load classes, read
 * files and call servers from the worker. Whatever skips records silently (`event.processing.failure.handling.mode`,
 * `errors.tolerance`) is not here either.
 */
const allowed: ReadonlyMap<string, Check> = new Map([
  ["binary.handling.mode", oneOf("bytes", "base64", "base64-url-safe", "hex")],
  ["column.exclude.list", patternList],
  ["column.include.list", patternList],
  ["errors.max.retries", wholeNumber(-1, 1_000_000)],
  ["heartbeat.interval.ms", wholeNumber(1_000, 600_000)],
  ["hstore.handling.mode", oneOf("json", "map")],
  ["interval.handling.mode", oneOf("numeric", "string")],
  ["max.batch.size", wholeNumber(1, 65_536)],
  ["max.queue.size", wholeNumber(2, 262_144)],
  ["max.queue.size.in.bytes", wholeNumber(0, 1_073_741_824)],
  ["poll.interval.ms", wholeNumber(1, 60_000)],
  ["publish.via.partition.root", truth],
  ["retriable.restart.connector.wait.ms", wholeNumber(100, 600_000)],
  ["signal.data.collection", tableName],
  ["skipped.operations", oneOf("none", "t")],
  ["slot.failover", truth],
  ["slot.max.retries", wholeNumber(0, 1_000)],
  ["slot.retry.delay.ms", wholeNumber(100, 600_000)],
  ["snapshot.delay.ms", wholeNumber(0, 86_400_000)],
  ["snapshot.fetch.size", wholeNumber(1, 1_000_000)],
  ["snapshot.isolation.mode", oneOf("serializable", "repeatable_read", "read_committed", "read_uncommitted")],
  ["snapshot.lock.timeout.ms", wholeNumber(0, 600_000)],
  ["snapshot.locking.mode", oneOf("none", "shared")],
  ["snapshot.max.threads", wholeNumber(1, 64)],
  ["snapshot.mode", oneOf("always", "initial", "initial_only", "no_data", "when_needed")],
  ["status.update.interval.ms", wholeNumber(100, 600_000)],
  ["tasks.max", oneOf("1")],
  [
    "time.precision.mode",
    oneOf("adaptive", "adaptive_time_microseconds", "connect", "isostring", "microseconds", "nanoseconds"),
  ],
]);

const PATH = "configuration.connector.options";
const NAME_SHOWN_MAX = 80;

/** Every fault of the options at once, each with its path; values are never repeated. Pure. */
export function checkOptions(options: { readonly [name: string]: string }): readonly Fault[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const path = `${PATH}.${name.slice(0, NAME_SHOWN_MAX)}`;
    const check = allowed.get(name);
    if (check === undefined) {
      return [
        { path, message: "May not be set here.", suggestion: `One of: ${[...allowed.keys()].join(", ")}` },
      ];
    }
    // The worker would put in the content of its own environment and files.
    const message = value.includes("${") ? "May not refer to the worker's secrets." : check(value);
    return message === null ? [] : [{ path, message }];
  });
}
