import { changesOf } from "@gluttony/sdk/testing";
import type { CellAttempt } from "@gluttony/sdk/testing";
import { expect, test } from "vitest";
import { endedNews, newsLines } from "../../src/handler/dev-news.ts";

const decoded = changesOf({ table: "patient", keyColumns: ["id"] }).insert({ id: 7n, name: "Kanarienvogel" });
const attempt: CellAttempt = {
  decoded,
  ending: {
    failed: "transient",
    code: "handler.threw",
    message: "No Kanarienvogel.",
    retryAfterMs: undefined,
  },
  calls: [],
  log: [{ level: "info", message: "saw Kanarienvogel", facts: { who: "Kanarienvogel", pid: 1 } }],
};
const shown = (showing: "own" | "hidden" | "revealed"): string =>
  newsLines(endedNews("b", "t-0@1", { attempt, showing })).join("\n");

test("of a topic's change nothing is shown, whatever the handler says or throws", () => {
  const said = shown("hidden");

  expect(said).not.toContain("Kanarienvogel");
  expect(said).toContain("t-0@1  transient handler.threw: No ….");
  expect(said).toContain('saw … {"who":"…","pid":1}');
});

test("of a file what the handler said is shown, but not the change", () => {
  expect(shown("own").match(/Kanarienvogel/g)).toHaveLength(3);
  expect(shown("own")).not.toContain('"after"');
});

test("the change is shown to who asks for it", () => {
  expect(shown("revealed")).toContain('"after":{"id":7,"name":"Kanarienvogel"}');
});
