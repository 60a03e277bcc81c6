// Writes docs/openapi.json, the description of the admin API; a house test compares.
import { readFileSync, writeFileSync } from "node:fs";
import { openApiDocument } from "../packages/admin/dist/index.js";

/** Characters of a value up to which it stands on one line, so that a change of the API is a change of few lines. */
const lineLengthMax = 160;

const { version } = JSON.parse(
  readFileSync(new URL("../packages/admin/package.json", import.meta.url), "utf8"),
);
const document = await openApiDocument(version);
writeFileSync(
  new URL("../docs/openapi.json", import.meta.url),
  `${linesOf(JSON.parse(JSON.stringify(document)))}\n`,
);

/** JSON in which what is short stands on one line, and what is long on a line for each of its parts. */
function linesOf(value, indent = "") {
  const short = JSON.stringify(value);
  if (short.length <= lineLengthMax || typeof value !== "object" || value === null) return short;
  const isList = Array.isArray(value);
  const inner = `${indent} `;
  const parts = Object.entries(value).map(([name, part]) => {
    const text = linesOf(part, inner);
    return isList ? `${inner}${text}` : `${inner}${JSON.stringify(name)}: ${text}`;
  });
  return `${isList ? "[" : "{"}\n${parts.join(",\n")}\n${indent}${isList ? "]" : "}"}`;
}
