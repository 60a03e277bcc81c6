import { expect, test } from "vitest";
import { changeLines } from "../../src/output/change-lines.ts";

const value = (state: string, one: unknown = null): object => ({ state, type: "text", value: one });

test("a change is a line, and a line for each column that changed; masked values are dots", () => {
  const record = {
    ...{
      partition: 2,
      offset: "190233",
      at: "2026-01-01T00:00:00.000Z",
      kind: "change",
      operation: "update",
    },
    source: { table: "visit", committedAt: "2026-01-01T00:00:01.000Z" },
    key: [{ name: "id", shown: value("masked") }],
    fields: [
      {
        name: "status",
        isChanged: true,
        before: value("shown", "in"),
        after: value("shown", "out\u001b[31m\n"),
      },
      { name: "phone", isChanged: true, before: value("masked"), after: value("masked") },
      { name: "same", isChanged: false, before: value("masked"), after: value("masked") },
      { name: "big", isChanged: null, before: value("absent"), after: value("unavailable") },
    ],
  };

  expect(changeLines(record)).toEqual([
    "2026-01-01T00:00:01.000Z  u  visit  id=●● (text)  2@190233",
    "  status: in → out\\u001b[31m\\u000a",
    "  phone: ●● (text) → ●● (text)",
    "  big: (not in the log)",
  ]);
});

test("what could not be decoded says why", () => {
  const failure = { code: "record.not_json", path: null, detail: "It ends early." };

  expect(
    changeLines({ partition: 0, offset: "1", at: "t", kind: "undecodable", failure, fields: [] }),
  ).toEqual(["t  undecodable  –  –  0@1", "  record.not_json: It ends early."]);
});
