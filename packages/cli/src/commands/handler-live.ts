import { type Fault, GluttonyError } from "@gluttony/model";
import type { Command } from "commander";
import type { Showing } from "../handler/dev-news.ts";
import { parseFeedStart } from "../handler/feed-start.ts";
import type { LiveWish } from "../handler/live-records.ts";
import { wholeNumber } from "./whole-number.ts";

/** What `handler dev` is told of a topic. */
export interface LiveOptions {
  readonly topic?: string;
  readonly partition?: number;
  readonly from?: string;
  readonly registry?: string;
  readonly schemas?: string;
  readonly decoding?: string;
  readonly reveal: boolean;
  readonly once: boolean;
  readonly changes?: string;
}

/** The options by which a handler is developed on a topic's changes. */
export function withLive(command: Command): Command {
  return command
    .option("--topic <name>", "run the changes of this topic, as they come; KAFKA_HOST names the brokers")
    .option("--from <place>", "earliest, latest, a time (RFC 3339) or an offset (default: latest)")
    .option("--partition <n>", "read this partition only", wholeNumber)
    .option("--registry <url>", "the schema registry (default: GLUTTONY_SCHEMA_REGISTRY)")
    .option("--schemas <folder>", "schemas as files by id: 7.avsc, 7.proto, 7.json")
    .option("--decoding <file>", "JSON of configuration.decoding, for records without a schema")
    .option("--reveal", "show what each change holds, which may be rows of patients", false);
}

/** Null where no topic is named. Throws `request.invalid` with every fault. */
export function liveWishOf(options: LiveOptions): LiveWish | null {
  const { topic, changes, partition, from = "latest", registry, schemas, once: isOnce } = options;
  const faults: Fault[] = [];
  const only = ["from", "partition", "registry", "schemas"] as const;
  for (const name of only)
    if (topic === undefined && options[name] !== undefined) faults.push({ path: `--${name}`, ...needsTopic });
  if (topic !== undefined && changes !== undefined) faults.push({ path: "--changes", ...oneOfBoth });
  if (faults.length > 0) throw new GluttonyError("request.invalid", {}, { faults });
  if (topic === undefined) return null;
  return {
    topic,
    isOnce,
    start: parseFeedStart(from),
    ...(partition === undefined ? {} : { partition }),
    ...(registry === undefined ? {} : { registry }),
    ...(schemas === undefined ? {} : { schemas }),
  };
}

/** A file is its author's own; of a topic nothing is shown that nobody asked for. */
export function showingOf({ topic, reveal }: LiveOptions): Showing {
  if (reveal) return "revealed";
  return topic === undefined ? "own" : "hidden";
}

const needsTopic = { message: "Is of a topic, and none is named.", suggestion: "--topic his.visit" };
const oneOfBoth = { message: "Both --topic and --changes are given.", suggestion: "One of them." };
