import type { LogFacts } from "@gluttony/sdk";
import type { HostLog } from "../ports.ts";

/** The host's log, with a mark by which lines of a shadow are told from those of what serves. */
export function shadowLog(log: HostLog): HostLog {
  const marked = (facts?: LogFacts): LogFacts => ({ ...facts, isShadow: true });
  return {
    debug: (message, facts) => log.debug(message, marked(facts)),
    info: (message, facts) => log.info(message, marked(facts)),
    warn: (message, facts) => log.warn(message, marked(facts)),
    error: (message, facts) => log.error(message, marked(facts)),
  };
}
