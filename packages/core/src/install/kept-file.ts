import { open } from "node:fs/promises";
import { GluttonyError } from "@gluttony/model";
import type { KeptFile, Releases } from "../ports.ts";
import { checkArchive, packedBytesMax } from "./check-archive.ts";

/** One release, by its name and version. */
export interface ReleaseName {
  readonly package: string;
  readonly version: string;
}

/**
 * Writes the file that a release was installed from, as it is kept with the release, to a path where nothing is yet; answers its
 * integrity. Throws `plugin.file_missing`, and `plugin.file_changed` for another content than was kept.
 */
export async function writeKeptFile(
  { package: plugin, version }: ReleaseName,
  releases: Pick<Releases, "file">,
  path: string,
): Promise<string> {
  const kept = await releases.file(plugin, version);
  if (kept === null) throw new GluttonyError("plugin.file_missing", { plugin, version });
  await writeParts(path, kept);
  const integrity = await checkArchive(path);
  if (integrity === kept.integrity) return integrity;
  throw new GluttonyError("plugin.file_changed", { plugin, version, seen: "another hash" });
}

async function writeParts(path: string, { parts }: KeptFile): Promise<void> {
  const handle = await open(path, "wx", 0o600);
  try {
    let bytes = 0;
    for await (const part of parts) {
      bytes += part.byteLength;
      // What is cut off here does not hash to what it should.
      if (bytes > packedBytesMax) return;
      await handle.write(part);
    }
  } finally {
    await handle.close();
  }
}
