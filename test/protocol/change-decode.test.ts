import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const main = join(import.meta.dirname, "..", "..", "packages", "cli", "dist", "main.js");
const good =
  '{"key":{"id":1},"value":{"op":"c","before":null,"after":{"id":1},"source":{"connector":"mysql","file":"b.1","pos":4}}}';
const bad = '{"key":{"id":1},"value":{"name":"Maria"}}';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gluttony-change-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function decode(
  words: readonly string[],
  input = "",
): { status: number | null; lines: readonly unknown[]; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "change", "decode", ...words], {
    input,
    encoding: "utf8",
    timeout: 60_000,
  });
  const lines = stdout.split("\n").filter((line) => line !== "");
  return { status, stderr, lines: lines.map((line): unknown => JSON.parse(line)) };
}

test("lines of a file or of standard input are decoded, and the exit says whether all were understood", () => {
  const file = join(folder, "records.jsonl");
  writeFileSync(file, `${good}\n\n${good}\n`);

  const ofFile = decode([file]);
  const ofInput = decode([], `${good}\n${bad}\nnonsense\n`);

  expect(ofFile).toMatchObject({ status: 0, lines: [{ family: "change", op: "c" }, { family: "change" }] });
  expect(ofInput).toMatchObject({
    status: 7,
    lines: [
      { family: "change" },
      { failure: { code: "record.not_a_change" } },
      { failure: { code: "change.line_invalid", line: 3 } },
    ],
  });
});

test("what was not understood is shown only when that is asked for", () => {
  const hidden = decode([], bad);
  const shown = decode(["--reveal"], bad);

  expect(JSON.stringify(hidden.lines)).not.toContain("Maria");
  expect(shown.lines).toMatchObject([{ record: { key: '{"id":1}', value: '{"name":"Maria"}' } }]);
});

test("records without a schema are typed by what is known of their columns, and a wrong file is refused", () => {
  const file = join(folder, "decoding.json");
  writeFileSync(file, '{"tables":{"*":{"id":"numeric(5,2)","day":"date"}}}');
  const wrong = join(folder, "wrong.json");
  writeFileSync(wrong, '{"tabels":{}}');
  const line = good.replace('"after":{"id":1}', '"after":{"id":"BNI=","day":19782}');

  const typed = decode(["--decoding", file], line);
  const refused = decode(["--decoding", wrong], line);

  expect(typed).toMatchObject({ status: 0, lines: [{ after: { id: "12.34", day: "2024-02-29" } }] });
  expect(refused.status).not.toBe(0);
  expect(refused.stderr).toContain("configuration.decoding.tabels");
});

test("a file that is not there is named", () => {
  const { status, stderr } = decode([join(folder, "none.jsonl")]);

  expect(status).toBe(2);
  expect(stderr).toContain("change.file_unreadable");
});
