import type { LogFacts, Logger } from "@gluttony/sdk";
import { type Logger as PinoLogger, pino } from "pino";
import { foldedLog } from "./folded-log.ts";
import { knownSecrets } from "./known-secrets.ts";
import type { PinoLevel } from "./log-level-setting.ts";
import { recentLines } from "./recent-lines.ts";

/** Where whole lines go. */
export interface LineSink {
  write(line: string): unknown;
}

/**
 * The host's log: JSON lines on stderr, so that stdout stays for what commands print. No line holds a secret that this process
 * knows; a warning or an error that repeats is folded.
 */
export function createLog(
  level: PinoLevel,
  base: { readonly [name: string]: string },
  sink: LineSink = pino.destination({ dest: 2, sync: true }),
): Logger {
  const options = { level, base, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: levelName } };
  const write = (line: string): void => {
    const told = knownSecrets.scrubText(line);
    recentLines.keep(told);
    sink.write(told);
  };
  return foldedLog(
    loggerOf(pino(options, { write }), new Set([...Object.keys(base), "time", "level", "msg"])),
  );
}

function levelName(label: string): { level: string } {
  return { level: label };
}

function loggerOf(log: PinoLogger, own: ReadonlySet<string>): Logger {
  return {
    debug: (message, facts = {}) => log.debug(besides(facts, own), message),
    info: (message, facts = {}) => log.info(besides(facts, own), message),
    warn: (message, facts = {}) => log.warn(besides(facts, own), message),
    error: (message, facts = {}) => log.error(besides(facts, own), message),
  };
}

/**
 * Facts under a name that the line itself has would stand in it twice, and readers take either: a plugin's version gets a name of its own,
 * what a handler wrote a mark.
 */
function besides(facts: LogFacts, own: ReadonlySet<string>): LogFacts {
  const names = Object.keys(facts);
  if (!names.some((name) => own.has(name))) return facts;
  const nameOf = (name: string): string => {
    if (!own.has(name)) return name;
    return name === "version" && "plugin" in facts ? "pluginVersion" : `${name}_`;
  };
  return Object.fromEntries(names.map((name) => [nameOf(name), facts[name] ?? null]));
}
