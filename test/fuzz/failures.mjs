// What failed, as files that can be run again.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inputOfJson, inputToJson } from "./inputs.mjs";

/** Not under version control: an input that failed becomes a test, and then belongs to that. */
const folder = join(import.meta.dirname, "..", "..", "node_modules", ".fuzz");

/** Writes the input and says how to run it again. */
export function writeFailure({ what, input, plant = null }) {
  const text = `${JSON.stringify({ what, plant, ...inputToJson(input) })}\n`;
  const name = createHash("sha256").update(text).digest("hex").slice(0, 12);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  writeFileSync(file, text);
  return `again with: npm run fuzz -- --replay ${file}`;
}

export function readFailure(file) {
  const json = JSON.parse(readFileSync(file, "utf8"));
  return { input: inputOfJson(json), plant: json.plant ?? null };
}
