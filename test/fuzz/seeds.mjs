// Where a run begins: records that are written here, one for every column type of the codec's own tables, and what earlier
// runs found and kept.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { columnTypes } from "../../packages/sdk/dist/codecs/column-types/tables.js";
import { decodeInput, encodeInput, inputOfJson, inputToJson } from "./inputs.mjs";

/** In values of the seeds; a refusal must never show it. */
export const canary = "Kanarienvogel";

const corpusFile = join(import.meta.dirname, "corpus.jsonl");
/** The corpus stays small: what is longer than this is not kept. */
const keptBytesMax = 1_500;
const keptMax = 400;

/** All of them, encoded. */
export function readSeeds() {
  return [...typeSeeds(), ...readCorpus()].map(encodeInput);
}

/** Adds what a run found to the corpus; says how many of them it took. */
export function keepFound(found) {
  const known = readCorpus().length;
  const kept = found
    .map((bytes) => decodeInput(Buffer.from(bytes)))
    .filter(({ key, value }) => (key?.length ?? 0) + (value?.length ?? 0) <= keptBytesMax)
    .slice(0, keptMax - known);
  appendFileSync(corpusFile, kept.map((input) => `${JSON.stringify(inputToJson(input))}\n`).join(""));
  return kept.length;
}

function readCorpus() {
  if (!existsSync(corpusFile)) return [];
  const lines = readFileSync(corpusFile, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => inputOfJson(JSON.parse(line)));
}

/** A record with its schema for every column type. */
function typeSeeds() {
  return Object.values(columnTypes)
    .flat()
    .map(({ schema, wire }) => {
      const field = JSON.stringify({ ...schema, optional: true, field: "v" });
      const row = (name) =>
        `{"type":"struct","fields":[{"type":"int64","field":"id"},${field}],"optional":true,"name":"s.t.Value","field":"${name}"}`;
      const after = `{"id":1,"v":${wire}}`;
      const source =
        '{"connector":"postgresql","name":"s","ts_ms":1,"db":"d","schema":"s","table":"t","txId":1,"lsn":2}';
      const payload = `{"before":${after},"after":${after},"source":${source},"op":"u","ts_ns":1795535321134834043}`;
      const value = `{"schema":{"type":"struct","fields":[${row("before")},${row("after")}],"name":"s.t.Envelope"},"payload":${payload}}`;
      return { key: Buffer.from('{"id":1}'), value: Buffer.from(value), headers: [] };
    });
}
