import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GluttonyError } from "@gluttony/model";

/** A text as a person left it, in a file that stays until it is discarded. */
export interface EditedText {
  readonly text: string;
  readonly file: string;
  discard(): void;
}

/** Opens a text in the editor and waits for it to be closed. Throws `request.invalid` when the editor does not end well. */
export function editText(text: string, fileName: string, editor: string): EditedText {
  const folder = mkdtempSync(join(tmpdir(), "gluttony-edit-"));
  const file = join(folder, fileName);
  // Readable by nobody else: what is edited may say where a database is.
  writeFileSync(file, text, { mode: 0o600 });
  const discard = (): void => rmSync(folder, { recursive: true, force: true });
  const [program = "", ...parameters] = editor.split(" ").filter((word) => word !== "");
  const { status, error } = spawnSync(program, [...parameters, file], { stdio: "inherit" });
  if (status === 0) return { text: readFileSync(file, "utf8"), file, discard };
  discard();
  throw new GluttonyError(
    "request.invalid",
    { editor: program, problem: error === undefined ? `ended with ${String(status)}` : "cannot be started" },
    { cause: error },
  );
}

/** The editor that a person set: `VISUAL`, else `EDITOR`, else `vi`. */
export function editorOf(env: { readonly [name: string]: string | undefined }): string {
  return [env["VISUAL"], env["EDITOR"]].find((word) => word !== undefined && word.trim() !== "") ?? "vi";
}
