// Writes docs/errors.md from the register of codes and the notes beside this file. Run it after a build.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { notes } from "./error-notes.mjs";
import { codes } from "../packages/model/dist/codes.js";

const exits = [
  "0 done",
  "1 unexpected",
  "2 usage",
  "3 environment",
  "4 conflict",
  "5 not allowed",
  "6 waited too long",
  "7 done in part",
];

const head = `# Errors

Every code that gluttony gives, in the API's problems, logs, metrics, states and commands alike. A code never changes its meaning.
Facts beside it say what was seen; they never hold row values, keys or secrets. Codes that are not here are a plugin's own.

Exit codes of commands: ${exits.join(", ")}.

Written by \`scripts/write-error-docs.mjs\` from the register, [codes.ts](../packages/model/src/codes.ts) and the files beside it.
`;

const unknown = Object.keys(notes).filter((code) => !Object.hasOwn(codes, code));
const without = Object.keys(codes).filter((code) => !Object.hasOwn(notes, code));
for (const code of unknown)
  process.stderr.write(`error-notes.mjs speaks of ${code}, which is not registered.\n`);
for (const code of without) process.stderr.write(`error-notes.mjs says nothing of ${code}.\n`);
if (unknown.length + without.length > 0) process.exitCode = 1;

const sections = Object.entries(codes).map(([code, entry]) => section(code, entry));
writeFileSync(join(import.meta.dirname, "..", "docs", "errors.md"), `${head}\n${sections.join("\n")}`);

function section(code, { title, status, exit, remedy }) {
  const note = Object.hasOwn(notes, code) ? `${notes[code]}\n\n` : "";
  return `## ${code}\n\n**${title}.** ${note === "" ? "\n\n" : note}What to do: ${remedy}\n\nHTTP ${status}, exit ${exit}.\n`;
}
