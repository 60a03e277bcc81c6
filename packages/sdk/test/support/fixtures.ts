import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RawRecord } from "../../src/codecs/index.ts";

/** A record that was recorded from a running stack, with the step during which it was written. */
export interface RecordedRecord extends RawRecord {
  readonly note: string;
}

/** Where the recorded events are: `GLUTTONY_FIXTURES`, or `shared/fixtures` beside a folder above this one. */
export const fixturesFolder: string | null = findFixtures();

/** Why the tests of recorded events do not run, for their titles. */
export const fixturesMissing =
  "skipped: neither GLUTTONY_FIXTURES nor a sibling folder shared/fixtures exists";

function findFixtures(): string | null {
  const given = process.env["GLUTTONY_FIXTURES"];
  if (given !== undefined) return existsSync(given) ? given : null;
  for (let folder = import.meta.dirname; dirname(folder) !== folder; folder = dirname(folder)) {
    const candidate = join(folder, "shared", "fixtures");
    if (existsSync(candidate)) return candidate;
  }
  return null;
}

export function fixtureFiles(folder: string): readonly string[] {
  const path = join(fixturesFolder ?? "", folder);
  return readdirSync(path)
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => join(path, name));
}

export function linesOf(file: string): readonly string[] {
  return readFileSync(file, "utf8").trim().split("\n");
}

/** The records of a file of the folder `recorded`: exact bytes in base64. */
export function recordedRecords(name: string): readonly RecordedRecord[] {
  return linesOf(join(fixturesFolder ?? "", "recorded", name)).map(parseRecorded);
}

function parseRecorded(line: string): RecordedRecord {
  const json = JSON.parse(line) as {
    topic: string;
    partition: number;
    offset: string;
    timestamp: string;
    headers: [string, string | null][];
    key_base64: string | null;
    value_base64: string | null;
    note: string;
  };
  return {
    topic: json.topic,
    partition: json.partition,
    offset: BigInt(json.offset),
    timestampMs: Number(json.timestamp),
    headers: json.headers.map(([name, value]) => ({ name, value: bytesOf(value) })),
    key: bytesOf(json.key_base64),
    value: bytesOf(json.value_base64),
    note: json.note,
  };
}

function bytesOf(base64: string | null): Uint8Array | null {
  return base64 === null ? null : new Uint8Array(Buffer.from(base64, "base64"));
}
