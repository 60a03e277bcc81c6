import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { GluttonyError } from "@gluttony/model";
import { changesIn, readRecords } from "@gluttony/sdk/testing";
import type { ConformanceSample, FakeAnswer } from "@gluttony/sdk/testing";
import type { RawRecord } from "@gluttony/sdk/codecs";
import { fieldsOf } from "../output/fields.ts";

/** What a handler is tried with: files of its author, or none. */
export interface Sample {
  readonly config: { readonly [name: string]: unknown };
  /** Answers by `METHOD url`, or `*` for all. */
  readonly targets: { readonly [methodAndUrl: string]: FakeAnswer };
  /** Null when there is no file of records. */
  readonly records: readonly RawRecord[] | null;
}

/** Files that take the place of those in `fixtures`. */
export interface SampleFiles {
  readonly changes?: string;
  readonly config?: string;
}

const okTargets: Sample["targets"] = { "*": { body: { code: 0 } } };

/**
 * Reads `fixtures/<handler>.json` (an object with `config` and `targets`) and `fixtures/<handler>.jsonl` (recorded
 * records), where they are. Throws `handler.sample_invalid` that names the place and shows nothing of the content.
 */
export async function readSample(root: string, handler: string, files: SampleFiles = {}): Promise<Sample> {
  const settings = fileOr(files.config, join(root, "fixtures", `${handler}.json`));
  const records = fileOr(files.changes, join(root, "fixtures", `${handler}.jsonl`));
  const given = settings === null ? {} : await jsonIn(settings);
  const config = fieldsOf(given["config"]);
  const targets = given["targets"] === undefined ? okTargets : targetsOf(given["targets"], settings ?? "");
  return { config, targets, records: records === null ? null : await recordsIn(records) };
}

/** The same for the conformance suite, which takes changes; records that are none are left out. */
export function conformanceSample({ config, targets, records }: Sample): ConformanceSample {
  if (records === null) return { config, targets };
  const changes = changesIn(records).filter((change) => "operation" in change);
  return changes.length === 0 ? { config, targets } : { config, targets, changes };
}

/** A file that was named must be there; one that goes by its name may be missing. */
function fileOr(named: string | undefined, usual: string): string | null {
  if (named !== undefined) return resolve(named);
  return existsSync(usual) ? usual : null;
}

async function jsonIn(file: string): Promise<{ readonly [name: string]: unknown }> {
  try {
    const json: unknown = JSON.parse(await readFile(file, "utf8"));
    if (typeof json === "object" && json !== null && !Array.isArray(json)) return { ...json };
  } catch {
    // What the parser says would quote the file.
  }
  throw new GluttonyError("handler.sample_invalid", { file, expected: "an object with config and targets" });
}

async function recordsIn(file: string): Promise<readonly RawRecord[]> {
  try {
    const records = await readRecords(file);
    changesIn(records);
    return records;
  } catch (error) {
    const seen = error instanceof Error ? error.message : "It cannot be read.";
    throw new GluttonyError("handler.sample_invalid", { seen });
  }
}

function targetsOf(value: unknown, file: string): Sample["targets"] {
  const entries = Object.entries(fieldsOf(value));
  const odd = entries.find(([name]) => name !== "*" && !/^[A-Z]+ https?:\/\/\S+$/.test(name));
  if (odd === undefined) return Object.fromEntries(entries.map(([name, answer]) => [name, fieldsOf(answer)]));
  throw new GluttonyError("handler.sample_invalid", { file, expected: "targets named METHOD url, or *" });
}
