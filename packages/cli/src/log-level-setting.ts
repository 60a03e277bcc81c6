import { type Fault, nearestName } from "@gluttony/model";

/** pino's own names of levels. */
export type PinoLevel = "silent" | "trace" | "debug" | "info" | "warn" | "error" | "fatal";

/** The first gluttony's names of levels; `off` and `panic` have other names in pino. */
const levels: { readonly [written: string]: PinoLevel } = {
  off: "silent",
  trace: "trace",
  debug: "debug",
  info: "info",
  warn: "warn",
  error: "error",
  fatal: "fatal",
  panic: "fatal",
};

/** The level of the log; everything by default. */
export function logLevelOf(written: string | null, faults: Fault[]): PinoLevel {
  if (written === null) return "trace";
  const level = levels[written.toLowerCase()];
  if (level !== undefined && Object.hasOwn(levels, written.toLowerCase())) return level;
  const names = Object.keys(levels);
  faults.push({
    path: "LOG_LEVEL",
    message: `Must be one of: ${names.join(", ")}.`,
    suggestion: nearestName(written, names) ?? "info",
  });
  return "trace";
}
