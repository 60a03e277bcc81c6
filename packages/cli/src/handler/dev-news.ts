import type { GluttonyError } from "@gluttony/model";
import type { CellAttempt, RunEnding } from "@gluttony/sdk/testing";
import { problemLines } from "../output/problem.ts";

/** What `handler dev` tells while it runs; with `-o json` one object a line. */
export type DevNews =
  | { readonly event: "built"; readonly build: string; readonly ms: number; readonly isInline: boolean }
  | { readonly event: "failed"; readonly code: string; readonly problem: readonly string[] }
  | {
      readonly event: "ended";
      readonly build: string;
      readonly record: string;
      readonly ending: string;
      readonly calls: number;
      readonly log: readonly string[];
    }
  | {
      readonly event: "replayed";
      readonly build: string;
      readonly records: number;
      readonly isWhole: boolean;
    };

/** The news of one record: where it stands, how it ended, what was called and logged; never what it holds. */
export function endedNews(build: string, record: string, { ending, calls, log }: CellAttempt): DevNews {
  const lines = log.map(({ level, message, facts }) => `${level} ${message} ${JSON.stringify(facts)}`);
  return { event: "ended", build, record, ending: endingText(ending), calls: calls.length, log: lines };
}

/** The news of a build that did not come to run. */
export function failedNews(error: GluttonyError): DevNews {
  return { event: "failed", code: error.code, problem: problemLines(error) };
}

/** One news as lines for a person. */
export function newsLines(news: DevNews): readonly string[] {
  switch (news.event) {
    case "built":
      return [`build ${news.build} runs after ${news.ms} ms${news.isInline ? ", in this process" : ""}`];
    case "failed":
      return news.problem;
    case "ended":
      return [
        `  ${news.record}  ${news.ending}  ${news.calls} ${news.calls === 1 ? "call" : "calls"}`,
        ...news.log.map((line) => `    ${line}`),
      ];
    case "replayed":
      return [`replayed ${news.records}${news.isWhole ? "" : ", then a newer build took over"}`];
  }
}

function endingText(ending: RunEnding): string {
  if ("done" in ending) return "done";
  if ("filtered" in ending) return `filtered ${ending.filtered}`;
  return `${ending.failed} ${ending.code}: ${ending.message}`;
}
