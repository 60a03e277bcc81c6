import type { LogFacts } from "@gluttony/sdk";
import type { logCreator } from "kafkajs";

/** Where log lines go. Facts never hold keys, values or metadata of records. */
export interface KafkaLog {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
}

const ERROR = 1;
const WARN = 2;

/** kafkajs logs whole requests and answers; only these fields of a line are passed on. */
const FIELDS = [
  "broker",
  "correlationId",
  "duration",
  "error",
  "generationId",
  "groupId",
  "isLeader",
  "memberId",
  "partition",
  "retryCount",
  "retryTime",
  "size",
  "topic",
] as const;

/**
 * Passes kafkajs' lines on, one level lower: what it calls an error is mostly a retry that ends well, and what
 * really stops a source is told through its events.
 */
export function logCreatorFor(log: KafkaLog): logCreator {
  return () => (entry) => {
    const message = `kafkajs ${entry.namespace}: ${entry.log.message}`;
    const facts = factsOf(entry.log);
    if (entry.level === ERROR) log.warn(message, facts);
    else if (entry.level === WARN) log.info(message, facts);
    else log.debug(message, facts);
  };
}

function factsOf(line: Readonly<Record<string, unknown>>): LogFacts {
  const facts: Record<string, string | number | boolean> = {};
  for (const field of FIELDS) {
    const value = line[field];
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      facts[field] = value;
    }
  }
  return facts;
}
