import type { LogFacts, Logger } from "@gluttony/sdk";

/** Milliseconds in which the same line is told once. */
const foldMs = 10_000;
/** Different lines remembered; beyond, a new one is told as often as it comes. */
const linesMax = 200;

/**
 * The same log, in which a warning or an error that comes again and again is told once in ten seconds: at once, and when the time is over
 * with how often it was `repeated`. Lines that differ in any fact are different lines.
 */
export function foldedLog(log: Logger): Logger {
  const held = new Map<string, number>();
  const folded =
    (level: "warn" | "error") =>
    (message: string, facts: LogFacts = {}): void => {
      const line = JSON.stringify([level, message, facts]);
      const repeated = held.get(line);
      if (repeated !== undefined) {
        held.set(line, repeated + 1);
        return;
      }
      log[level](message, facts);
      if (held.size >= linesMax) return;
      held.set(line, 0);
      const over = setTimeout(() => {
        const times = held.get(line) ?? 0;
        held.delete(line);
        if (times > 0) log[level](message, { ...facts, repeated: times });
      }, foldMs);
      over.unref();
    };
  return { debug: log.debug, info: log.info, warn: folded("warn"), error: folded("error") };
}
