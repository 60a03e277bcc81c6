import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { editorOf, editText } from "../src/edit-text.ts";

const folder = mkdtempSync(join(tmpdir(), "gluttony-editor-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An editor that appends a word to the file it is given. */
function editor(body: string): string {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.cjs`);
  writeFileSync(
    file,
    `const { appendFileSync } = require("node:fs"); const file = process.argv.at(-1); ${body}`,
  );
  return `${process.execPath} ${file}`;
}

test("what the editor left is read back, from a file that nobody else reads", () => {
  const edited = editText("before", "consumer.json", editor("appendFileSync(file, ' and after');"));

  expect(edited.text).toBe("before and after");
  expect(readFileSync(edited.file, "utf8")).toBe(edited.text);
  expect(statSync(edited.file).mode & 0o077).toBe(0);
  edited.discard();
  expect(existsSync(edited.file)).toBe(false);
});

test("an editor that fails, or is not there, changes nothing", () => {
  expect(() => editText("x", "a.json", editor("process.exit(3);"))).toThrow(
    expect.objectContaining({ code: "request.invalid" }),
  );
  expect(() => editText("x", "a.json", join(folder, "no-such-editor"))).toThrow(
    expect.objectContaining({ code: "request.invalid" }),
  );
});

test("VISUAL comes before EDITOR, and vi is there without both", () => {
  expect(editorOf({ VISUAL: "code -w", EDITOR: "nano" })).toBe("code -w");
  expect(editorOf({ VISUAL: " ", EDITOR: "nano" })).toBe("nano");
  expect(editorOf({})).toBe("vi");
});
