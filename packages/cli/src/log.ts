import type { Logger } from "@gluttony/sdk";
import { type Logger as PinoLogger, pino } from "pino";
import type { PinoLevel } from "./log-level-setting.ts";

/** The host's log: JSON lines on stderr, so that stdout stays for what commands print. */
export function createLog(level: PinoLevel, base: { readonly [name: string]: string }): Logger {
  const destination = pino.destination({ dest: 2, sync: true });
  const options = { level, base, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: levelName } };
  return loggerOf(pino(options, destination));
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
