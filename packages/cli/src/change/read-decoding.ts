import { readFile } from "node:fs/promises";
import { GluttonyError, parseConfiguration } from "@gluttony/model";
import type { DecodingOptions } from "@gluttony/sdk/codecs";

/**
 * Reads `configuration.decoding` from a file and checks it as the host does; nothing for no file. Throws `consumer.invalid` with
 * every fault, and `change.file_unreadable`.
 */
export async function readDecoding(path: string | undefined): Promise<DecodingOptions> {
  if (path === undefined) return {};
  const { configuration, faults } = parseConfiguration({ decoding: await readJson(path) });
  if (faults.length > 0) throw new GluttonyError("consumer.invalid", { faults: faults.length }, { faults });
  return configuration.decoding;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new GluttonyError("change.file_unreadable", { path }, { cause });
  }
}
