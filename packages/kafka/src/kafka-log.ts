import type { LogFacts } from "@gluttony/sdk";
import type { logCreator } from "kafkajs";
import { RepeatedLines } from "./repeated-lines.ts";

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
 * really stops a source is told through its events. While `isClosing`, connections that end are what was asked for.
 */
export function logCreatorFor(log: KafkaLog, isClosing: () => boolean): logCreator {
  const repeated = new RepeatedLines();
  return () => (entry) => {
    const message = `kafkajs ${entry.namespace}: ${entry.log.message}`;
    const facts = factsOf(entry.log);
    if (entry.level > WARN || isClosing()) {
      log.debug(message, facts);
      return;
    }
    const leftOut = repeated.admit(message, performance.now());
    if (leftOut === null) return;
    const counted = leftOut === 0 ? facts : { ...facts, leftOut };
    if (entry.level === ERROR) log.warn(message, counted);
    else log.info(message, counted);
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
