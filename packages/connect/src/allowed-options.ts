import type { DataSourceName, Fault } from "@gluttony/model";
import {
  type Check,
  databaseName,
  oneOf,
  patternList,
  tableName,
  truth,
  wholeNumber,
} from "./policy/checks.ts";

/** Options of every database's connector. */
const ofAll: ReadonlyMap<string, Check> = new Map([
  ["binary.handling.mode", oneOf("bytes", "base64", "base64-url-safe", "hex")],
  ["column.exclude.list", patternList],
  ["column.include.list", patternList],
  ["errors.max.retries", wholeNumber(-1, 1_000_000)],
  ["heartbeat.interval.ms", wholeNumber(1_000, 600_000)],
  ["max.batch.size", wholeNumber(1, 65_536)],
  ["max.queue.size", wholeNumber(2, 262_144)],
  ["max.queue.size.in.bytes", wholeNumber(0, 1_073_741_824)],
  ["poll.interval.ms", wholeNumber(1, 60_000)],
  ["retriable.restart.connector.wait.ms", wholeNumber(100, 600_000)],
  ["skipped.operations", oneOf("none", "t")],
  ["snapshot.delay.ms", wholeNumber(0, 86_400_000)],
  ["snapshot.fetch.size", wholeNumber(1, 1_000_000)],
  ["snapshot.lock.timeout.ms", wholeNumber(0, 600_000)],
  ["snapshot.max.threads", wholeNumber(1, 64)],
  ["tasks.max", oneOf("1")],
]);

/** What the log's times become; PostgreSQL's `adaptive` is not known to MySQL's connectors. */
const timeModes = ["adaptive_time_microseconds", "connect", "isostring", "microseconds", "nanoseconds"];
const timeMode = oneOf("adaptive", ...timeModes);
const snapshotModes = ["always", "initial", "initial_only", "no_data", "when_needed"];

const ofMysql: ReadonlyMap<string, Check> = new Map([
  ["database.server.id", wholeNumber(1, 4_294_967_295)],
  ["snapshot.locking.mode", oneOf("minimal", "minimal_percona", "extended", "none")],
  ["snapshot.mode", oneOf(...snapshotModes, "recovery")],
  ["time.precision.mode", oneOf(...timeModes)],
]);

const ofSource: { readonly [source in DataSourceName]: ReadonlyMap<string, Check> } = {
  postgresql: new Map([
    ["hstore.handling.mode", oneOf("json", "map")],
    ["interval.handling.mode", oneOf("numeric", "string")],
    ["publish.via.partition.root", truth],
    ["signal.data.collection", tableName],
    ["slot.failover", truth],
    ["slot.max.retries", wholeNumber(0, 1_000)],
    ["slot.retry.delay.ms", wholeNumber(100, 600_000)],
    [
      "snapshot.isolation.mode",
      oneOf("serializable", "repeatable_read", "read_committed", "read_uncommitted"),
    ],
    ["snapshot.locking.mode", oneOf("none", "shared")],
    ["snapshot.mode", oneOf(...snapshotModes)],
    ["status.update.interval.ms", wholeNumber(100, 600_000)],
    ["time.precision.mode", timeMode],
  ]),
  mysql: ofMysql,
  mariadb: ofMysql,
  mssql: new Map([
    ["data.query.mode", oneOf("direct", "function")],
    ["max.iteration.transactions", wholeNumber(0, 1_000_000)],
    [
      "snapshot.isolation.mode",
      oneOf("read_uncommitted", "read_committed", "repeatable_read", "snapshot", "exclusive"),
    ],
    ["snapshot.mode", oneOf(...snapshotModes, "recovery")],
    ["time.precision.mode", timeMode],
  ]),
  oracle: new Map([
    ["database.pdb.name", databaseName],
    ["interval.handling.mode", oneOf("numeric", "string")],
    ["lob.enabled", truth],
    ["log.mining.query.filter.mode", oneOf("none", "in", "regex")],
    ["log.mining.strategy", oneOf("online_catalog", "redo_log_catalog", "hybrid")],
    ["snapshot.locking.mode", oneOf("shared", "none")],
    ["snapshot.mode", oneOf(...snapshotModes, "recovery")],
    ["time.precision.mode", timeMode],
  ]),
};

const PATH = "configuration.connector.options";
const NAME_SHOWN_MAX = 80;

/**
 * Every fault of a row's options at once, each with its path; values are never repeated. It is an allow-list, because a connector's
 * configuration can load classes, read files and call servers from the worker. Whatever skips records silently
 * (`event.processing.failure.handling.mode`, `errors.tolerance`) is not on it either. Pure.
 */
export function checkOptions(
  options: { readonly [name: string]: string },
  dataSource: DataSourceName,
): readonly Fault[] {
  const own = ofSource[dataSource];
  return Object.entries(options).flatMap(([name, value]) => {
    const path = `${PATH}.${name.slice(0, NAME_SHOWN_MAX)}`;
    const check = own.get(name) ?? ofAll.get(name);
    if (check === undefined) {
      const names = [...ofAll.keys(), ...own.keys()].toSorted().join(", ");
      return [{ path, message: `May not be set here, for ${dataSource}.`, suggestion: `One of: ${names}` }];
    }
    // The worker would put in the content of its own environment and files.
    const message = value.includes("${") ? "May not refer to the worker's secrets." : check(value);
    return message === null ? [] : [{ path, message }];
  });
}
