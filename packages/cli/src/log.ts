import type { Logger } from "@gluttony/sdk";
import { type Logger as PinoLogger, pino } from "pino";
import { knownSecrets } from "./known-secrets.ts";
import type { PinoLevel } from "./log-level-setting.ts";

/** Where whole lines go. */
export interface LineSink {
  write(line: string): unknown;
}

/**
 * The host's log: JSON lines on stderr, so that stdout stays for what commands print. No line holds a secret that this process
 * knows.
 */
export function createLog(
  level: PinoLevel,
  base: { readonly [name: string]: string },
  sink: LineSink = pino.destination({ dest: 2, sync: true }),
): Logger {
  const options = { level, base, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: levelName } };
  return loggerOf(pino(options, { write: (line: string) => sink.write(knownSecrets.scrubText(line)) }));
}

function levelName(label: string): { level: string } {
  return { level: label };
}

function loggerOf(log: PinoLogger): Logger {
  return {
    debug: (message, facts = {}) => log.debug(facts, message),
    info: (message, facts = {}) => log.info(facts, message),
    warn: (message, facts = {}) => log.warn(facts, message),
    error: (message, facts = {}) => log.error(facts, message),
  };
}
