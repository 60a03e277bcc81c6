import { hideValues } from "@gluttony/core";
import type { GluttonyError } from "@gluttony/model";
import type { CellAttempt, RunEnding } from "@gluttony/sdk/testing";
import { describeChange } from "../change/describe-record.ts";
import { problemLines } from "../output/problem.ts";

/** What `handler dev` tells while it runs; with `-o json` one object a line. */
export type DevNews =
  | { readonly event: "built"; readonly build: string; readonly ms: number; readonly isInline: boolean }
  | { readonly event: "failed"; readonly code: string; readonly problem: readonly string[] }
  | {
      /** The topic cannot be read for now; it is tried again. */
      readonly event: "waiting";
      readonly code: string;
      readonly problem: readonly string[];
    }
  | {
      /** From which offset each partition of a topic is read. */
      readonly event: "reading";
      readonly topic: string;
      readonly from: { readonly [partition: string]: string };
    }
  | {
      /** A batch of the topic cannot be read and is stepped over. */
      readonly event: "unreadable";
      readonly record: string;
    }
  | {
      readonly event: "ended";
      readonly build: string;
      readonly record: string;
      readonly ending: string;
      readonly calls: number;
      readonly log: readonly string[];
      /** What the record holds; only where somebody asked to see it. */
      readonly change?: { readonly [field: string]: unknown };
    }
  | {
      readonly event: "replayed";
      readonly build: string;
      readonly records: number;
      readonly isWhole: boolean;
      /** Whether the command was ended before that. */
      readonly isStopped: boolean;
    };

/** Whose rows are in the records: the author's own, or a database's, of which nothing is shown unless somebody asked for it. */
export type Showing = "own" | "hidden" | "revealed";

/** The news of one record: where it stands, how it ended, what was called and logged; never what it holds, unless revealed. */
export function endedNews(
  build: string,
  record: string,
  { attempt, showing }: { readonly attempt: CellAttempt; readonly showing: Showing },
): DevNews {
  const { decoded, ending, calls, log } = attempt;
  const hides = showing === "hidden" && "operation" in decoded;
  const shown = (text: string): string => (hides ? hideValues(text, decoded) : text);
  const lines = log.map(({ level, message, facts }) => shown(`${level} ${message} ${JSON.stringify(facts)}`));
  const isRevealed = showing === "revealed" && "operation" in decoded;
  return {
    event: "ended",
    build,
    record,
    ending: shown(endingText(ending)),
    calls: calls.length,
    log: lines,
    ...(isRevealed ? { change: describeChange(decoded) } : {}),
  };
}

/** The news of a build that did not come to run. */
export function failedNews(error: GluttonyError): DevNews & { readonly event: "failed" } {
  return { event: "failed", code: error.code, problem: problemLines(error) };
}

/** The news of a topic that cannot be read for now. */
export function waitingNews(error: GluttonyError): DevNews {
  return { ...failedNews(error), event: "waiting" };
}

/** One news as lines for a person. */
export function newsLines(news: DevNews): readonly string[] {
  switch (news.event) {
    case "built":
      return [`build ${news.build} runs after ${news.ms} ms${news.isInline ? ", in this process" : ""}`];
    case "failed":
    case "waiting":
      return news.problem;
    case "reading": {
      const places = Object.entries(news.from).map(([partition, offset]) => `${partition}@${offset}`);
      return [`reading ${news.topic} from ${places.join(", ")}`];
    }
    case "unreadable":
      return [`  ${news.record}  a batch cannot be read and is stepped over`];
    case "ended":
      return [
        `  ${news.record}  ${news.ending}  ${news.calls} ${news.calls === 1 ? "call" : "calls"}`,
        ...(news.change === undefined ? [] : [`    ${JSON.stringify(news.change)}`]),
        ...news.log.map((line) => `    ${line}`),
      ];
    case "replayed":
      return [`replayed ${news.records}${endText(news)}`];
  }
}

function endText({ isWhole, isStopped }: { readonly isWhole: boolean; readonly isStopped: boolean }): string {
  if (isWhole) return "";
  return isStopped ? ", then it was stopped" : ", then a newer build took over";
}

function endingText(ending: RunEnding): string {
  if ("done" in ending) return "done";
  if ("filtered" in ending) return `filtered ${ending.filtered}`;
  return `${ending.failed} ${ending.code}: ${ending.message}`;
}
